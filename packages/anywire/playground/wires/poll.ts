/** A panel's connection that needs nothing but fetch: long polls for what comes, POST for what goes (wires: "Long poll"). */

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
  isRecord,
  type Outcome,
  parseJson,
  readEnvelope,
  readHello,
  readRetry,
  type WireEvent,
} from "./event.ts";
import { Post } from "./post.ts";

interface Batch {
  readonly events: readonly unknown[];
  readonly next: string;
  readonly session: string;
}

export class PollConnection implements Connection {
  cursor: string | undefined;
  private readonly platform: Platform;
  private readonly handler: ConnectionHandler;
  private readonly post: Post;
  private readonly aborter = new AbortController();
  private session: string | undefined;
  private retry: number | undefined;
  /** The server has said hello, or the session has gone on. */
  private isOpen = false;

  constructor(platform: Platform, ticket: Ticket, handler: ConnectionHandler) {
    this.platform = platform;
    this.handler = handler;
    this.post = new Post(platform, handler);
    this.run(ticket).catch((error: unknown) => this.failed(error));
  }

  send(text: string): Promise<Outcome> {
    if (this.session === undefined) return Promise.resolve(failure("not-connected", "not connected"));
    return this.post.send(this.session, text);
  }

  cut(): void {
    this.aborter.abort();
    this.post.abort();
  }

  private async run(ticket: Ticket): Promise<void> {
    this.take((await this.open(ticket)) ?? (await this.open(withoutSession(ticket))));
    while (!this.aborter.signal.aborted && this.retry === undefined) {
      const batch = await this.poll({ session: this.session, since: undefined, cursor: this.cursor });
      if (batch === undefined) throw new Error("the session has ended");
      this.take(batch);
    }
    if (this.retry !== undefined) throw new Error("the server is closing");
  }

  /** The first poll does not wait: it says what there is now, which is what was missed. */
  private open(ticket: Ticket): Promise<Batch | undefined> {
    return this.poll(ticket, ticket.session === undefined ? undefined : 0);
  }

  /** @returns undefined if the session is unknown or has ended (410) */
  private async poll(ticket: Ticket, wait?: number): Promise<Batch | undefined> {
    const address = addressFor(this.platform.endpoint, ticket);
    if (wait !== undefined) address.searchParams.set("wait", String(wait));
    this.handler.traced("out", `GET ${requestTarget(address)}\nAccept: application/json`);
    const headers = { Accept: "application/json" };
    const response = await this.platform.fetch(address, { headers, signal: this.aborter.signal, cache: "no-store" });
    const text = await response.text();
    this.aborter.signal.throwIfAborted();
    this.handler.traced("in", `${response.status} ${text}`);
    if (response.status === 410) return undefined;
    const batch = readBatch(parseJson(text));
    if (!response.ok || batch === undefined) throw new Error(`status ${response.status}`);
    return batch;
  }

  private take(batch: Batch | undefined): void {
    if (batch === undefined) throw new Error("the session has ended");
    const events = batch.events.map(readEnvelope).filter((event) => event !== undefined);
    this.cursor = batch.next;
    this.session = batch.session;
    const wasOpen = this.isOpen;
    this.isOpen = true;
    const saysHello = events.some(({ name }) => name === "anywire:open");
    if (!wasOpen && !saysHello) this.handler.continued();
    for (const event of events) this.receive(event);
    if (!wasOpen && !saysHello) this.handler.caughtUp();
  }

  private receive(event: WireEvent): void {
    if (this.aborter.signal.aborted) return;
    const hello = event.name === "anywire:open" ? readHello(event) : undefined;
    if (event.name === "anywire:close") this.retry = readRetry(event) ?? 0;
    if (hello !== undefined) this.handler.opened(hello);
    this.handler.received(event);
  }

  private failed(error: unknown): void {
    if (this.aborter.signal.aborted) return;
    const why = error instanceof Error ? error.message : String(error);
    this.cut();
    this.handler.traced("note", why);
    this.handler.lost(why, this.retry);
  }
}

/** The session has ended, but the log may still have what came after the last id. */
function withoutSession({ since }: Ticket): Ticket {
  return { session: undefined, since, cursor: undefined };
}

function readBatch(value: unknown): Batch | undefined {
  if (!isRecord(value) || !Array.isArray(value.events)) return undefined;
  if (typeof value.next !== "string" || typeof value.session !== "string") return undefined;
  return { events: value.events, next: value.next, session: value.session };
}
