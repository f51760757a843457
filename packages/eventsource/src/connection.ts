/**
 * The connection of an event source: WHATWG HTML §9.2.3, over and over.
 *
 * How it works: one attempt at a time asks, judges the answer, and hands the text of its body to the parser. Each attempt ends in
 * one of three ways: the stream is over or was lost, and the source comes back; or the source has failed for good. What an attempt
 * still does after it was given up counts for nothing: only the one that stands in `attempt` may end.
 */

import { Attempt } from "./attempt.ts";
import type { PerAttempt, ResolvedInit } from "./client-options.ts";
import type { ErrorEventInit } from "./error-event.ts";
import { ended, final, type Outcome, outcomeOf } from "./outcome.ts";
import type { Platform } from "./platform.ts";
import { must } from "./protocol/errors.ts";
import { EventParser } from "./protocol/event-parser.ts";
import { checkHeader, isHeaderValue } from "./protocol/header-field.ts";
import { move, type State } from "./protocol/ready-state.ts";
import { Reconnection } from "./protocol/reconnection.ts";
import { judgeResponse, type Verdict } from "./protocol/response-verdict.ts";
import { parseRetryAfter } from "./protocol/retry-after.ts";
import { copyOf } from "./protocol/text-pieces.ts";
import { type BodyText, beginningOf, bodyTextOf } from "./web/body-text.ts";
import { type CookieJar, jarOfOrigin } from "./web/cookie-jar.ts";
import { eventRequest } from "./web/event-request.ts";
import type { FetchLike, FetchLikeResponse } from "./web/fetch-like.ts";
import { isStream } from "./web/following-fetch.ts";
import type { StreamMessage } from "./web/source-events.ts";

/** Who is told. Each call is a task of its own. */
export interface ConnectionHandler {
  opened(): void;
  /** @returns a promise where the next is to wait */
  message(message: StreamMessage): Promise<void> | undefined;
  /** The source comes back (`connecting`), or has failed for good (`closed`). */
  troubled(trouble: ErrorEventInit): void;
}

export interface ConnectionParts {
  readonly url: URL;
  readonly init: ResolvedInit;
  readonly platform: Platform;
  readonly handler: ConnectionHandler;
}

interface Answer {
  readonly response: FetchLikeResponse;
  /** Undefined if it has none that can be read. */
  readonly body: BodyText | undefined;
}

type Readable = Answer & { readonly body: BodyText };

/** Schemes under which a fetch may find a stream (Fetch §4.3): with another one, to try again is futile. */
const fetchable: ReadonlySet<string> = new Set(["http:", "https:", "data:", "blob:"]);

/** What is read of the body of an answer that is no stream. */
const errorBody = { characters: 65_536, milliseconds: 1_000 };

const refusals: Readonly<Record<Exclude<Verdict, "open">, (status: number) => string>> = {
  stop: () => "Server sent HTTP 204, not reconnecting",
  "wrong-status": (status) => `Non-200 status code (${status})`,
  "wrong-type": () => 'Invalid content type, expected "text/event-stream"',
};

export class Connection {
  state: State = "connecting";
  /** "The last event ID string" (§9.2.2), as of the event that was dispatched last. */
  lastEventId: string;
  /** The same, as of what was parsed last. */
  private parsedId = "";
  private readonly parts: ConnectionParts;
  private readonly fetch: FetchLike;
  private readonly reconnection: Reconnection;
  private readonly parser: EventParser;
  /** Of the body that is being read. */
  private origin = "";
  /** Parsed, and not dispatched yet. */
  private messages: StreamMessage[] = [];
  private askedBefore = false;
  private attempt: Attempt | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(parts: ConnectionParts) {
    const { init, platform } = parts;
    this.parts = parts;
    this.lastEventId = init.lastEventId;
    this.fetch = init.fetch ?? platform.createFetch(this.cookieJar());
    this.reconnection = new Reconnection(init.reconnection);
    this.parser = this.createParser(init.maxBufferSize);
  }

  /** Begins the first attempt, or the next. */
  connect(): void {
    const { heartbeatTimeout } = this.parts.init;
    const attempt = new Attempt(heartbeatTimeout, () => {
      const message = `No activity within ${heartbeatTimeout} milliseconds`;
      this.finish(attempt, { trouble: { message }, final: false });
    });
    this.attempt = attempt;
    this.run(attempt).then(
      (outcome) => this.finish(attempt, outcome),
      (error: unknown) => this.finish(attempt, outcomeOf(error)),
    );
  }

  close(): void {
    this.state = move(this.state, "close");
    clearTimeout(this.timer);
    if (this.attempt !== undefined) this.end(this.attempt);
  }

  /** Credentials mode "same-origin" (Fetch §2.2.5): of the platform's own origin, where it has one. */
  private cookieJar(): CookieJar | undefined {
    const { init, platform } = this.parts;
    const base = platform.baseUrl();
    if (init.cookieJar === undefined || init.withCredentials || base === undefined) return init.cookieJar;
    return jarOfOrigin(init.cookieJar, new URL(base).origin);
  }

  private createParser(maxBufferSize: number): EventParser {
    return new EventParser(
      {
        id: (id) => {
          this.parsedId = copyOf(id); // it may stay for long, and would hold the chunk that it came in
        },
        retry: (milliseconds) => {
          this.reconnection.time = milliseconds;
        },
        event: (name, data) => {
          const { origin, parsedId: lastEventId } = this;
          this.messages.push({ type: name === "" ? "message" : name, data, origin, lastEventId });
        },
      },
      maxBufferSize,
    );
  }

  private async run(attempt: Attempt): Promise<Outcome> {
    const { url, init } = this.parts;
    if (init.fetch === undefined && !fetchable.has(url.protocol)) {
      await this.nextTask();
      return { trouble: { message: `No event stream can come from a ${url.protocol} URL` }, final: true };
    }
    const response = await this.request(attempt.signal);
    const body = bodyTextOf(response.body);
    attempt.answered(body);
    if (this.attempt !== attempt) return ended;
    attempt.rest();
    const verdict = judgeResponse(response.status, response.headers.get("content-type"));
    if (verdict !== "open") return this.refuse({ response, body }, verdict);
    if (body === undefined) return final("Invalid response body, expected a web ReadableStream", response.status);
    return this.read(attempt, { response, body });
  }

  /** Where nothing has to be waited for, the program's `fetch` is called at once. */
  private async request(signal: AbortSignal): Promise<FetchLikeResponse> {
    const { url, init, platform } = this.parts;
    const headers = typeof init.headers === "function" ? await init.headers() : init.headers;
    const body = isFunction(init.body) ? await init.body() : init.body;
    must(this.askedBefore === false || !isStream(init.body), "body-used");
    this.askedBefore = true;
    signal.throwIfAborted(); // a fetch of the program's may not know the signal
    const request = eventRequest({
      url,
      lastEventId: this.lastEventId,
      lastEventIdParameter: init.lastEventIdQueryParameterName,
      headers,
      method: init.method,
      body,
      signal,
      withCredentials: platform.hasCredentials ? init.withCredentials : undefined,
    });
    must(isHeaderValue(request.init.headers["Last-Event-ID"] ?? ""), "unsendable-id");
    for (const [name, value] of Object.entries(request.init.headers)) checkHeader(name, value);
    const { fetch } = this; // not a method: a browser's fetch wants no other `this`
    return fetch(request.url, request.init);
  }

  /** "Announce the connection and interpret res's body line by line." */
  private async read(attempt: Attempt, { response, body }: Readable): Promise<Outcome> {
    const { url, handler } = this.parts;
    this.origin = (URL.canParse(response.url) ? new URL(response.url) : url).origin; // a mock's may be empty, or less
    this.parsedId = this.lastEventId;
    this.reconnection.opened();
    this.state = move(this.state, "announce");
    handler.opened();
    await this.nextTask();
    while (this.attempt === attempt) {
      attempt.alive();
      const text = await body.read();
      attempt.rest(); // while nothing is read, silence means nothing
      if (text === undefined) break;
      await this.take(attempt, text);
    }
    return ended;
  }

  /** @throws {BufferLimitError} once what came before has been dispatched */
  private async take(attempt: Attempt, text: string): Promise<void> {
    if (this.attempt !== attempt) return;
    try {
      this.parser.receive(text);
    } finally {
      await this.dispatch(attempt);
    }
  }

  private async dispatch(attempt: Attempt): Promise<void> {
    const { messages } = this;
    this.messages = [];
    if (messages.length === 0)
      await this.nextTask(); // a body that is always ready would leave no turn to others
    else await this.dispatchAll(attempt, messages);
    if (this.attempt === attempt) this.lastEventId = this.parsedId; // an id without an event counts too
  }

  /** Each event is a task of its own: between two of them, whoever awaits the first has its next listener in place. */
  private dispatchAll(attempt: Attempt, messages: readonly StreamMessage[]): Promise<void> {
    const { handler, platform } = this.parts;
    return new Promise((resolve) => {
      let position = 0;
      const next = (): void => {
        const message = this.attempt === attempt ? messages[position++] : undefined;
        if (message === undefined) return resolve();
        this.lastEventId = message.lastEventId;
        const room = handler.message(message);
        if (room === undefined) platform.nextTask(next);
        else room.then(next);
      };
      next();
    });
  }

  private async refuse({ response, body }: Answer, verdict: Exclude<Verdict, "open">): Promise<Outcome> {
    const { status, headers } = response;
    const statusText = "statusText" in response ? String(response.statusText) : undefined;
    const retried = verdict === "wrong-status" && this.reconnection.accepts(status);
    const beginning = body && verdict !== "stop" ? await beginningOf(body, errorBody) : undefined;
    return {
      trouble: { message: refusals[verdict](status), code: status, statusText, headers, body: beginning },
      final: !retried,
      retryAfter: parseRetryAfter(headers.get("retry-after"), this.parts.platform.now()),
    };
  }

  /** What has not come whole is dropped (§9.2.6). */
  private end(attempt: Attempt): void {
    attempt.end();
    this.attempt = undefined;
    this.messages = [];
    this.parser.reset();
  }

  /** "Reestablish the connection", or "fail the connection". */
  private finish(attempt: Attempt, { trouble, final, retryAfter }: Outcome): void {
    if (this.attempt !== attempt) return;
    this.end(attempt);
    const delay = final ? undefined : this.reconnection.next(this.parts.platform.random(), retryAfter);
    if (delay === undefined) {
      this.close();
      this.parts.handler.troubled(trouble);
      return;
    }
    this.state = move(this.state, "reestablish");
    this.timer = setTimeout(() => this.connect(), delay);
    this.parts.handler.troubled(trouble);
  }

  private nextTask(): Promise<void> {
    return new Promise(this.parts.platform.nextTask);
  }
}

function isFunction<Value>(value: PerAttempt<Value> | undefined): value is () => Value | Promise<Value> {
  return typeof value === "function";
}
