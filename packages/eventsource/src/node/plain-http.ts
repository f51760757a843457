/** Whether bytes of our own on the socket of a response are what its `write` would put there. */

import type { ServerResponse } from "node:http";
import type { Http2ServerResponse } from "node:http2";

/**
 * A response of Node's own node:http whose `write` nobody has replaced: express, compression and others may have done so on
 * the response or on a prototype of theirs. Found without an import, so that this also loads where there is no node:http;
 * others' node:http has other sockets below.
 */
export function writesPlainly(response: ServerResponse | Http2ServerResponse): response is ServerResponse {
  return nodeWrite !== undefined && response.write === nodeWrite;
}

const nodeWrite: unknown = findWrite();

function findWrite(): unknown {
  const { process } = globalThis;
  if (process?.versions?.node === undefined || "bun" in process.versions || "deno" in process.versions)
    return undefined;
  return process.getBuiltinModule?.("node:http")?.ServerResponse.prototype.write;
}
