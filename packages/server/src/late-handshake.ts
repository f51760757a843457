/** What is known of a Socket.IO client from its first request: put together when somebody looks, since few do. */

import type { IncomingMessage } from "node:http";
import { readEngineRequest } from "./engine/handshake-request.ts";
import type { Handshake } from "./handshake.ts";

export class LateHandshake {
  private readonly request: IncomingMessage;
  private readonly address: string;
  /** Undefined if it says nothing: most clients have no need to. */
  private readonly auth: Handshake["auth"] | undefined;
  private readonly issued: number;

  /** @param auth the client's own, of its CONNECT */
  constructor({ request, address }: { request: IncomingMessage; address: string }, auth: Handshake["auth"]) {
    this.request = request;
    this.address = address;
    this.auth = Object.keys(auth).length === 0 ? undefined : auth;
    this.issued = Date.now();
  }

  read(): Handshake {
    const { request, issued, auth, address } = this;
    const { headers, socket } = request;
    return {
      headers,
      time: `${new Date(issued)}`,
      address,
      xdomain: headers.origin !== undefined,
      secure: "encrypted" in socket && socket.encrypted === true,
      issued,
      url: request.url ?? "",
      query: { ...readEngineRequest(request)._query },
      auth: auth ?? {},
    };
  }
}
