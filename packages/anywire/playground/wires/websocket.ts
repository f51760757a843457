/** A panel's connection over the browser's own WebSocket: envelopes and acks in text frames (wires: "Envelope"). */

import {
  addressFor,
  type Connection,
  type ConnectionHandler,
  type Platform,
  requestTarget,
  type Ticket,
} from "./connection.ts";
import {
  failure,
  type Outcome,
  parseJson,
  readAnswer,
  readEnvelope,
  readHello,
  readRetry,
  type WireEvent,
} from "./event.ts";

/** The subprotocol in which the server says hello and numbers its events. */
const subprotocol = "anywire.v1";

export class WebSocketConnection implements Connection {
  readonly cursor = undefined;
  private readonly handler: ConnectionHandler;
  private readonly socket: WebSocket;
  private readonly waiting = new Map<number, (outcome: Outcome) => void>();
  private acks = 0;
  private retry: number | undefined;
  private isOver = false;

  constructor(platform: Platform, ticket: Ticket, handler: ConnectionHandler) {
    this.handler = handler;
    const address = addressFor(platform.endpoint, ticket);
    handler.traced("out", `GET ${requestTarget(address)}\nUpgrade: websocket\nSec-WebSocket-Protocol: ${subprotocol}`);
    address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
    this.socket = new platform.WebSocket(address, subprotocol);
    this.socket.addEventListener("message", ({ data }) => this.receive(String(data)));
    this.socket.addEventListener("close", ({ code, reason }) => this.closed(code, reason));
  }

  send(text: string): Promise<Outcome> {
    if (this.socket.readyState !== this.socket.OPEN) return Promise.resolve(failure("not-connected", "not connected"));
    this.acks += 1;
    const frame = JSON.stringify({ event: "chat", data: text, ack: this.acks });
    this.handler.traced("out", frame);
    this.socket.send(frame);
    return new Promise((resolve) => this.waiting.set(this.acks, resolve));
  }

  cut(): void {
    this.finish();
    this.socket.close();
  }

  private receive(text: string): void {
    if (this.isOver) return;
    this.handler.traced("in", text);
    const value = parseJson(text);
    const answer = readAnswer(value);
    if (answer !== undefined) {
      this.waiting.get(answer.ack)?.(answer.outcome);
      this.waiting.delete(answer.ack);
    } else this.take(readEnvelope(value) ?? { name: "message", args: [text], id: undefined });
  }

  private take(event: WireEvent): void {
    const hello = event.name === "anywire:open" ? readHello(event) : undefined;
    if (event.name === "anywire:close") this.retry = readRetry(event);
    if (hello !== undefined) this.handler.opened(hello);
    this.handler.received(event);
  }

  private closed(code: number, reason: string): void {
    if (this.isOver) return;
    const why = reason === "" ? `close code ${code}` : `close code ${code}: ${reason}`;
    this.finish();
    this.handler.traced("note", why);
    this.handler.lost(why, this.retry);
  }

  private finish(): void {
    this.isOver = true;
    for (const settle of this.waiting.values()) settle(failure("cut", "the connection ended before the ack came"));
    this.waiting.clear();
  }
}
