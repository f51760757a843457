/** The response to an upgrade request: it refuses as any response does, or lets the request become a WebSocket. */

import { type IncomingMessage, ServerResponse } from "node:http";

/**
 * - asked: what is written refuses the upgrade, over HTTP.
 * - accepting: a 101 goes through the response, and through all that middleware has put around its methods.
 * - accepted: the stream belongs to the WebSocket. What is written goes nowhere.
 */
type State = "asked" | "accepting" | "accepted";

/** The handshake says them itself, or they speak of a content, which a 101 does not have (RFC 9110 §15.2). */
const notCarried =
  /^(?:connection|upgrade|keep-alive|trailer|transfer-encoding|content-(?:encoding|language|length|range|type)|sec-websocket-.*)$/;

export class UpgradeResponse {
  readonly response: ServerResponse;
  private readonly request: IncomingMessage;
  private readonly accepted: () => void;
  private state: State = "asked";

  /** @param accepted the 101 has come through, a session is saved: it may be written */
  constructor(request: IncomingMessage, accepted: () => void) {
    this.request = request;
    this.accepted = accepted;
    this.response = new ServerResponse(request);
    this.response.shouldKeepAlive = false; // the parser of this connection has gone
    Object.assign(this.response, { writeHead: this.writeHead, write: this.write, end: this.end });
    this.response.assignSocket(request.socket);
    this.response.once("finish", this.hangUp);
    request.socket.on("drain", this.drain);
  }

  /**
   * Answers with 101. The response's own methods write nothing then, but what middleware has put around them is
   * called as with any answer: it adds its headers when the head is written, and saves its session before the end.
   * If middleware has written a head and went on, that head is the answer.
   */
  accept(): void {
    if (this.state !== "asked" || this.response.writableEnded) return;
    if (this.response.headersSent) return void this.response.end();
    this.state = "accepting";
    try {
      this.response.statusCode = 101;
      this.response.writeHead(101);
      this.response.end();
    } catch (error) {
      this.state = "asked";
      this.response.statusCode = 200;
      throw error;
    }
  }

  /** What middleware wants to say in the head of the 101, a line each. */
  get lines(): string[] {
    return this.response
      .getHeaderNames()
      .filter((name) => !notCarried.test(name))
      .flatMap((name) => [this.response.getHeader(name) ?? []].flat().map((value) => `${name}: ${value}`));
  }

  /** The 101 was written: loggers see the end of a response, which has sent its head. */
  finish(): void {
    const { response, request } = this;
    request.socket.off("drain", this.drain);
    response.off("finish", this.hangUp).detachSocket(request.socket);
    Object.defineProperty(response, "headersSent", { value: true, configurable: true });
    response.emit("finish");
    response.emit("close");
    Reflect.deleteProperty(response, "headersSent"); // error handlers that see it would cut the stream
  }

  private readonly writeHead = (...parts: unknown[]): unknown =>
    this.passes(parts[0]) ? Reflect.apply(ServerResponse.prototype.writeHead, this.response, parts) : this.response;

  private readonly write = (...parts: unknown[]): unknown =>
    this.passes(this.response.statusCode) ? Reflect.apply(ServerResponse.prototype.write, this.response, parts) : true;

  private readonly end = (...parts: unknown[]): unknown => {
    if (this.passes(this.response.statusCode)) return Reflect.apply(ServerResponse.prototype.end, this.response, parts);
    if (this.state === "accepting") {
      this.state = "accepted";
      this.accepted();
    }
    return this.response;
  };

  /** Whether it is to be written. An answer that is no 101 overtakes one that is still on its way. */
  private passes(status: unknown): boolean {
    if (this.state === "accepting" && status !== 101) this.state = "asked";
    return this.state === "asked";
  }

  private readonly hangUp = (): void => {
    this.request.socket.off("drain", this.drain);
    this.response.detachSocket(this.request.socket);
    this.request.socket.destroySoon();
  };

  /** What `http` does for a stream that it still has. */
  private readonly drain = (): void => {
    if (this.response.writableNeedDrain) this.response.emit("drain");
  };
}
