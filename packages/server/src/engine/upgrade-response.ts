/** The response of an upgrade, for middlewares and for refusals: what is set on it joins the 101, and who ends it refuses. */

import { type IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { ResponseHeaders } from "./transport.ts";

/** It has no socket, and writes nothing, until it is ended. */
export class UpgradeResponse extends ServerResponse {
  private readonly stream: Duplex;

  constructor(request: IncomingMessage, stream: Duplex) {
    super(request);
    this.stream = stream;
    stream.once("close", () => this.emit("close"));
  }

  /** @returns the headers for the 101; some middlewares (express-session) set theirs when they hear of it */
  accept(): ResponseHeaders {
    this.writeHead(101);
    const headers: ResponseHeaders = {};
    for (const name of this.getHeaderNames()) {
      const value = this.getHeader(name);
      if (value !== undefined) headers[name] = typeof value === "number" ? String(value) : value;
    }
    return headers;
  }

  /** Refuses the upgrade. */
  override end(...given: readonly unknown[]): this {
    const { stream } = this;
    if (this.socket === null && !this.open()) return this;
    this.once("finish", () => stream.end());
    return Reflect.apply(super.end, this, given);
  }

  /** @returns whether an answer can be written */
  private open(): boolean {
    const { stream } = this;
    if (!(stream instanceof Socket) || !stream.writable) {
      stream.destroy();
      return false;
    }
    if (!this.headersSent) this.setHeader("Connection", "close");
    try {
      this.assignSocket(stream);
    } catch {
      stream.destroy(); // it is still busy with the answer to an earlier request
      return false;
    }
    return true;
  }
}
