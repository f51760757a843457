/** Who is measured: which file of peers/ runs, on which package. */

import { readFileSync } from "node:fs";
import { join } from "node:path";

/** What of a peer is measured. */
export type Side = "server" | "client" | "parser" | "caller";

export interface Peer {
  /** As cases and the report call it. */
  readonly name: string;
  /** Undefined for what is Node's own. */
  readonly package: string | undefined;
  /** File in peers/ of its server; that of its client has `-client` behind it, that of its parser `-parser`, that of its client of Socket.IO `-caller`. */
  readonly file: string;
  /** Set, or cleared if undefined, in the environment of its process. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** `ws` takes `bufferutil` wherever it finds it, unless this is set. */
const withoutBufferUtil = "WS_NO_BUFFER_UTIL";

export const allPeers: readonly Peer[] = [
  { name: "ws", package: "ws", file: "ws", env: { [withoutBufferUtil]: "1" } },
  { name: "ws + bufferutil", package: "ws", file: "ws", env: { [withoutBufferUtil]: undefined } },
  { name: "@anywire/websocket", package: "@anywire/websocket", file: "websocket", env: {} },
  { name: "@anywire/server", package: "@anywire/server", file: "server", env: {} },
  { name: "WebSocket-Node", package: "websocket", file: "websocket-node", env: {} },
  { name: "faye-websocket", package: "faye-websocket", file: "faye-websocket", env: {} },
  { name: "uWebSockets.js", package: "@btc-vision/uwebsockets.js", file: "uwebsockets", env: {} },
  { name: "socket.io", package: "socket.io", file: "socket-io", env: { [withoutBufferUtil]: "1" } },
  { name: "socket.io on uWebSockets.js", package: "socket.io", file: "socket-io-uwebsockets", env: {} },
  { name: "socket.io-client", package: "socket.io-client", file: "socket-io", env: { [withoutBufferUtil]: "1" } },
  { name: "@anywire/client", package: "@anywire/client", file: "anywire", env: {} },
  { name: "node:http by hand", package: undefined, file: "by-hand", env: {} },
  { name: "better-sse", package: "better-sse", file: "better-sse", env: {} },
  { name: "@anywire/eventsource", package: "@anywire/eventsource", file: "eventsource", env: {} },
  { name: "eventsource-parser", package: "eventsource-parser", file: "npm-eventsource", env: {} },
];

/** @throws {RangeError} if nobody is called so */
export function peerOf(name: string): Peer {
  const found = allPeers.find((peer) => peer.name === name);
  if (found === undefined) throw new RangeError(`no peer ${name}`);
  return found;
}

/** @returns the file in peers/ of the process that plays the part */
export function programOf({ file }: Peer, side: Side): string {
  return side === "server" ? file : `${file}-${side}`;
}

export function versionOf(peer: Peer): string {
  if (peer.package === undefined) return process.versions.node;
  const file = join(import.meta.dirname, "../../node_modules", peer.package, "package.json");
  const manifest: unknown = JSON.parse(readFileSync(file, "utf8"));
  return typeof manifest === "object" && manifest !== null && "version" in manifest ? String(manifest.version) : "";
}
