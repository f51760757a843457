/** The client's HTTP/1.1 request for an upgrade, and the connection it goes out on. */

import { type ClientRequest, type OutgoingHttpHeaders, request as plainRequest } from "node:http";
import { type RequestOptions, request as secureRequest } from "node:https";
import { isIP, connect as netConnect } from "node:net";
import type { Duplex } from "node:stream";
import { connect as tlsConnect } from "node:tls";
import type { Address } from "./address.ts";

/**
 * Not sent yet: `end` does that. An agent is used only if the program gives one.
 * @throws {TypeError} if Node does not take the headers or the agent
 */
export function createRequest(address: Address, headers: OutgoingHttpHeaders, options: RequestOptions): ClientRequest {
  const { secure, host, port, path, socketPath } = address;
  const create = secure ? secureRequest : plainRequest;
  return create({
    ...options,
    method: "GET",
    host,
    port,
    path,
    socketPath,
    headers,
    createConnection: options.createConnection ?? ((merged) => connectTo(address, merged)),
    defaultPort: options.defaultPort || (secure ? 443 : 80),
    auth: undefined, // in `headers` already
    hostname: undefined,
    protocol: undefined,
    timeout: undefined,
  });
}

export function connectTo({ secure, host, port, socketPath }: Address, options: RequestOptions): Duplex {
  const to = { ...options, host, port: Number(port), path: socketPath };
  if (!secure) return netConnect(to);
  const servername = options.servername ?? (isIP(host) === 0 ? host : ""); // RFC 6066 §3
  return tlsConnect({ ...to, path: undefined, servername });
}

/**
 * Ends the request and its connection, also after the answer: then Node would leave a connection open that nobody
 * uses. One that came from an agent is the agent's again.
 */
export function destroyRequest(request: ClientRequest, ofAgent: boolean): void {
  const answered = request.destroyed;
  request.destroy();
  if (!answered || !ofAgent) request.socket?.destroy();
}
