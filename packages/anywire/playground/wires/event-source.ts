/** A panel's connection over the browser's own EventSource; it sends by POST (wires: "SSE", "POST"). */

import {
  addressFor,
  type Connection,
  type ConnectionHandler,
  type Platform,
  requestTarget,
  type Ticket,
} from "./connection.ts";
import { failure, type Outcome, readHello, readRetry, readStreamEvent } from "./event.ts";
import { Post } from "./post.ts";

/** An EventSource hears only the names that it listens to. */
const names = ["anywire:open", "anywire:close", "anywire:event", "message", "caught-up", "chat", "price"];

export class EventSourceConnection implements Connection {
  readonly cursor = undefined;
  private readonly handler: ConnectionHandler;
  private readonly source: EventSource;
  private readonly post: Post;
  private session: string | undefined;
  private retry: number | undefined;
  private isOver = false;

  constructor(platform: Platform, ticket: Ticket, handler: ConnectionHandler) {
    this.handler = handler;
    this.post = new Post(platform, handler);
    const address = addressFor(platform.endpoint, ticket);
    handler.traced("out", `GET ${requestTarget(address)}\nAccept: text/event-stream`);
    this.source = new platform.EventSource(address);
    for (const name of names) this.source.addEventListener(name, (event) => this.receive(event));
    this.source.addEventListener("error", () => this.failed());
  }

  send(text: string): Promise<Outcome> {
    if (this.session === undefined) return Promise.resolve(failure("not-connected", "not connected"));
    return this.post.send(this.session, text);
  }

  cut(): void {
    this.isOver = true;
    this.source.close();
    this.post.abort();
  }

  private receive({ type, data, lastEventId }: MessageEvent<string>): void {
    if (this.isOver) return;
    const idLine = lastEventId === "" ? "" : `\nid: ${lastEventId}`;
    this.handler.traced("in", `event: ${type}${idLine}\ndata: ${data}`);
    const event = readStreamEvent(type, data, lastEventId);
    if (event === undefined) return;
    if (event.name === "anywire:close") this.retry = readRetry(event);
    const hello = event.name === "anywire:open" ? readHello(event) : undefined;
    if (hello !== undefined) {
      this.session = hello.session;
      this.handler.opened(hello);
    }
    this.handler.received(event);
  }

  /** An EventSource would come back by id alone; the panel comes back by session too, and so stays the same socket. */
  private failed(): void {
    if (this.isOver) return;
    this.cut();
    this.handler.traced("note", "the stream ended");
    this.handler.lost("the stream ended", this.retry);
  }
}
