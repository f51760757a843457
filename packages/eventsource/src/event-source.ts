/** `EventSource`: the interface of WHATWG HTML §9.2.2, in front of a connection. */

import { type EventSourceInit, resolveInit } from "./client-options.ts";
import { Connection } from "./connection.ts";
import { ErrorEvent, type ErrorEventInit, EventSourceError } from "./error-event.ts";
import { EventQueue } from "./event-queue.ts";
import type { AddEventListenerOptions, EventListenerOptions, EventListenerOrEventListenerObject } from "./listening.ts";
import { platform } from "./platform.ts";
import { readyStates } from "./protocol/ready-state.ts";
import { copyOf } from "./protocol/text-pieces.ts";
import { EventHandler } from "./web/event-handler.ts";
import { messageEvent, openEvent, type StreamMessage, trust } from "./web/source-events.ts";
import { defineConstants, requireArguments, requireDictionary, shapeInterface, toUsvString } from "./web/web-idl.ts";

export interface EventSourceEventMap {
  error: ErrorEvent;
  message: MessageEvent;
  open: Event;
}

/**
 * The standard's interface (§9.2.2), and no more: the `EventSource` of a browser is one, and so is a mock.
 * What ours has beyond it is an `EventStream`.
 */
export interface EventSource extends EventTarget {
  readonly CONNECTING: 0;
  readonly OPEN: 1;
  readonly CLOSED: 2;
  /** CONNECTING (also while it waits to come back), OPEN, or CLOSED for good. */
  readonly readyState: number;
  /** Where it was told to connect to, redirects left aside. */
  readonly url: string;
  /** Whether cookies are sent to other origins. */
  readonly withCredentials: boolean;
  /** The server has answered with an event stream. */
  onopen: ((this: EventSource, ev: Event) => unknown) | null;
  /** An event without a name, or one of the name `message`. */
  onmessage: ((this: EventSource, ev: MessageEvent) => unknown) | null;
  /** The connection is lost, or the source has failed: `readyState` tells. */
  onerror: ((this: EventSource, ev: ErrorEvent) => unknown) | null;
  addEventListener<K extends keyof EventSourceEventMap>(
    type: K,
    listener: (this: EventSource, ev: EventSourceEventMap[K]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: (this: EventSource, event: MessageEvent) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;
  removeEventListener<K extends keyof EventSourceEventMap>(
    type: K,
    listener: (this: EventSource, ev: EventSourceEventMap[K]) => unknown,
    options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener(
    type: string,
    listener: (this: EventSource, event: MessageEvent) => unknown,
    options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | EventListenerOptions,
  ): void;
  /** Ends it for good. */
  close(): void;
}

/** A stream of events from a server. It comes back by itself when its connection is lost, and goes on after the last event's id. */
export interface EventStream extends EventSource {
  /**
   * What it comes back with: the id of the last event that had one, else empty. A loop may be behind it: to go on where a loop was
   * left, take the `lastEventId` of its last event.
   */
  readonly lastEventId: string;
  /**
   * Every event of the stream, whatever its name, from now on. After what waits by then, it ends with `close()`, and throws an
   * `EventSourceError` when the source fails (the reason of the `signal` when that aborted it). Leaving the loop closes the source.
   * While the loop is slow, or was left without `return`, no more than 1,024 events or 1 Mi characters are read ahead, for
   * listeners as well: begin a loop that you mean to go on with.
   */
  [Symbol.asyncIterator](): AsyncIterableIterator<MessageEvent>;
}

export interface EventSourceConstructor<Source extends EventSource = EventSource> {
  readonly prototype: Source;
  /**
   * Connects at once.
   * @throws {DOMException} SyntaxError, if the URL is none
   * @throws {TypeError} for an option that is none
   */
  new (url: string | URL, eventSourceInitDict?: EventSourceInit): Source;
  readonly CONNECTING: 0;
  readonly OPEN: 1;
  readonly CLOSED: 2;
}

class TrustedErrorEvent extends ErrorEvent {}
trust(TrustedErrorEvent, ErrorEvent);

type HandlerOf<Type extends keyof EventSourceEventMap> = (this: EventSource, ev: EventSourceEventMap[Type]) => unknown;

/** The methods of EventTarget, with the types of these events. */
// biome-ignore lint/correctness/noUnusedVariables: merged with the class
interface Implementation {
  addEventListener: EventSource["addEventListener"];
  removeEventListener: EventSource["removeEventListener"];
}

// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: see above
class Implementation extends EventTarget {
  declare static readonly CONNECTING: 0;
  declare static readonly OPEN: 1;
  declare static readonly CLOSED: 2;
  declare readonly CONNECTING: 0;
  declare readonly OPEN: 1;
  declare readonly CLOSED: 2;
  readonly #url: URL;
  readonly #withCredentials: boolean;
  readonly #connection: Connection;
  readonly #queues = new Set<EventQueue>();
  readonly #open = new EventHandler<HandlerOf<"open">>(this, "open");
  readonly #message = new EventHandler<HandlerOf<"message">>(this, "message");
  readonly #error = new EventHandler<HandlerOf<"error">>(this, "error");
  /** Why the queues end, once they do. */
  #failure: unknown;
  #stopListening: (() => void) | undefined;

  constructor(url: string | URL, eventSourceInitDict: EventSourceInit = {}) {
    // biome-ignore lint/complexity/noArguments: an undefined that was passed counts, and the class's length is 1
    requireArguments("The constructor of EventSource", 1, arguments.length);
    super();
    const address = toUsvString(url);
    requireDictionary("eventSourceInitDict", eventSourceInitDict);
    const init = resolveInit(eventSourceInitDict ?? {});
    this.#url = parseUrl(address);
    this.#withCredentials = init.withCredentials;
    const handler = {
      opened: () => void this.dispatchEvent(openEvent()),
      message: (message: StreamMessage) => this.#dispatch(message),
      troubled: (trouble: ErrorEventInit) => this.#troubled(trouble),
    };
    this.#connection = new Connection({ url: this.#url, init, platform, handler });
    if (init.signal !== undefined) this.#closeWith(init.signal);
    if (this.#connection.state !== "closed") this.#connection.connect();
  }

  get url(): string {
    return this.#url.href;
  }

  get withCredentials(): boolean {
    return this.#withCredentials;
  }

  get readyState(): number {
    return readyStates[this.#connection.state];
  }

  get lastEventId(): string {
    return this.#connection.lastEventId;
  }

  get onopen(): HandlerOf<"open"> | null {
    return this.#open.value;
  }

  set onopen(value: HandlerOf<"open"> | null) {
    this.#open.value = value;
  }

  get onmessage(): HandlerOf<"message"> | null {
    return this.#message.value;
  }

  set onmessage(value: HandlerOf<"message"> | null) {
    this.#message.value = value;
  }

  get onerror(): HandlerOf<"error"> | null {
    return this.#error.value;
  }

  set onerror(value: HandlerOf<"error"> | null) {
    this.#error.value = value;
  }

  close(): void {
    this.#connection.close();
    this.#endQueues();
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<MessageEvent> {
    const queue = new EventQueue(() => this.close());
    if (this.#connection.state === "closed") queue.end(this.#failure);
    else this.#queues.add(queue);
    return queue;
  }

  #closeWith(signal: AbortSignal): void {
    const aborted = (): void => {
      this.#failure = signal.reason;
      this.close();
    };
    if (signal.aborted) return aborted();
    signal.addEventListener("abort", aborted, { once: true });
    this.#stopListening = () => signal.removeEventListener("abort", aborted);
  }

  #dispatch(message: StreamMessage): Promise<void> | undefined {
    if (this.#queues.size === 0) return void this.dispatchEvent(messageEvent(message));
    const { type, data } = message;
    const event = messageEvent({ ...message, type: copyOf(type), data: copyOf(data) }); // what waits is not to hold its whole chunk
    this.dispatchEvent(event);
    const rooms = Array.from(this.#queues, (queue) => queue.push(event)).filter((room) => room !== undefined);
    return rooms.length === 0 ? undefined : Promise.all(rooms).then(ignore);
  }

  #troubled(trouble: ErrorEventInit): void {
    if (this.#connection.state === "closed") {
      if (trouble.message !== undefined) this.#failure = new EventSourceError(trouble); // else the stream just ended
      this.#endQueues();
    }
    this.dispatchEvent(new TrustedErrorEvent("error", trouble));
  }

  #endQueues(): void {
    this.#stopListening?.();
    this.#stopListening = undefined;
    for (const queue of this.#queues) queue.end(this.#failure);
    this.#queues.clear();
  }
}

/** §9.2.2: relative to the document, if there is one. @throws {DOMException} SyntaxError */
function parseUrl(address: string): URL {
  try {
    return new URL(address, platform.baseUrl());
  } catch {
    throw new DOMException(`Not a URL: ${address}`, "SyntaxError");
  }
}

function ignore(): void {}

const constants = { CONNECTING: readyStates.connecting, OPEN: readyStates.open, CLOSED: readyStates.closed };
defineConstants(Implementation, constants);
defineConstants(Implementation.prototype, constants);
shapeInterface("EventSource", Implementation.prototype);
Object.defineProperty(Implementation, "name", { value: "EventSource" });
/** By which libraries know that `fetch` may be given. */
Object.defineProperty(Implementation, Symbol.for("eventsource.supports-fetch-override"), { value: true });

export const EventSource: EventSourceConstructor<EventStream> = Implementation;
