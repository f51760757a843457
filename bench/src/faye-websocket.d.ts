/** The little of `faye-websocket` that is used here: nobody has written types of it. */

declare module "faye-websocket" {
  import type { IncomingMessage } from "node:http";
  import type { Duplex } from "node:stream";

  export default class WebSocket {
    constructor(request: IncomingMessage, socket: Duplex, head: Buffer);
    on(event: "message", listener: (event: { readonly data: string | Buffer }) => void): this;
    send(data: string | Buffer): boolean;
  }
}
