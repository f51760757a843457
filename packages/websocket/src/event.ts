/** The EventTarget face of ws on an EventEmitter: WHATWG DOM §2.2 and §2.7, HTML §8.1.8.1, as far as ws goes. */

import type { EventEmitter } from "node:events";

/*
 * How it works. A handler is wrapped in a listener that turns what is emitted into an event. So handlers and listeners are
 * called in the one order in which they were added, and `removeAllListeners` or `listenerCount` see both.
 */

/** An emitter of `open`, `message`, `close` and `error`. */
export type EventSource = EventEmitter & {
  /** The closing handshake was completed. */
  readonly wasClean: boolean;
};

/** `never`: which event a handler gets depends on the type that it is added for. */
export type EventHandler = ((event: never) => void) | { handleEvent(event: never): void };

export interface EventListenerOptions {
  /** Removed when it is called. @default false */
  once?: boolean | undefined;
}

type Listener = Parameters<EventEmitter["on"]>[1];

interface Registration {
  readonly handler: EventHandler;
  /** Set by `onmessage = …` and the like, and out of reach of `removeEventListener`. */
  readonly attribute: boolean;
}

let setTarget: (event: Event, target: EventSource) => void;

export class Event {
  readonly #type: string;
  #target: EventSource | null = null;

  static {
    setTarget = (event, target) => {
      event.#target = target;
    };
  }

  constructor(type: string) {
    this.#type = type;
  }

  get target(): EventSource | null {
    return this.#target;
  }

  get type(): string {
    return this.#type;
  }
}

export class CloseEvent extends Event {
  readonly #code: number;
  readonly #reason: string;
  readonly #wasClean: boolean;

  constructor(type: string, { code = 0, reason = "", wasClean = false } = {}) {
    super(type);
    this.#code = code;
    this.#reason = reason;
    this.#wasClean = wasClean;
  }

  get code(): number {
    return this.#code;
  }

  get reason(): string {
    return this.#reason;
  }

  get wasClean(): boolean {
    return this.#wasClean;
  }
}

export class ErrorEvent extends Event {
  readonly #error: unknown;
  readonly #message: string;

  constructor(type: string, { error = null, message = "" }: { error?: unknown; message?: string } = {}) {
    super(type);
    this.#error = error;
    this.#message = message;
  }

  get error(): unknown {
    return this.#error;
  }

  get message(): string {
    return this.#message;
  }
}

export class MessageEvent extends Event {
  readonly #data: unknown;

  constructor(type: string, { data = null }: { data?: unknown } = {}) {
    super(type);
    this.#data = data;
  }

  get data(): unknown {
    return this.#data;
  }
}

for (const EventClass of [Event, CloseEvent, ErrorEvent, MessageEvent]) {
  for (const name of Object.getOwnPropertyNames(EventClass.prototype)) {
    if (name !== "constructor") Object.defineProperty(EventClass.prototype, name, { enumerable: true });
  }
}

const registrations = new WeakMap<object, Registration>();

/** A handler that was added before is not added again; a type that a WebSocket does not have is ignored. */
// biome-ignore lint/complexity/useMaxParams: the three of the DOM, and the target
export function addEventListener(
  target: EventSource,
  type: string,
  handler: EventHandler,
  options: EventListenerOptions = {},
): void {
  if (findAdded(target, type, handler) !== undefined) return;
  const listener = listenerFor(target, type, { handler, attribute: false });
  if (listener === undefined) return;
  if (options.once) target.once(type, listener);
  else target.on(type, listener);
}

export function removeEventListener(target: EventSource, type: string, handler: EventHandler): void {
  const listener = findAdded(target, type, handler);
  if (listener !== undefined) target.removeListener(type, listener);
}

/** What was set as `onopen`, `onmessage`, `onclose` or `onerror`. */
export function getHandler(target: EventSource, type: string): EventHandler | null {
  const listener = findAttribute(target, type);
  return (listener && registrations.get(listener)?.handler) ?? null;
}

/** Takes the place of the one before. What is no function only removes it. */
export function setHandler(target: EventSource, type: string, handler: unknown): void {
  const before = findAttribute(target, type);
  if (before !== undefined) target.removeListener(type, before);
  if (!isFunction(handler)) return;
  const listener = listenerFor(target, type, { handler, attribute: true });
  if (listener !== undefined) target.on(type, listener);
}

function findAdded(target: EventSource, type: string, handler: EventHandler): Listener | undefined {
  return find(target, type, (registration) => registration.handler === handler && !registration.attribute);
}

function findAttribute(target: EventSource, type: string): Listener | undefined {
  return find(target, type, (registration) => registration.attribute);
}

function find(
  target: EventSource,
  type: string,
  matches: (registration: Registration) => boolean,
): Listener | undefined {
  return target.listeners(type).find((listener): listener is Listener => {
    const registration = registrations.get(listener);
    return registration !== undefined && matches(registration);
  });
}

function listenerFor(target: EventSource, type: string, registration: Registration): Listener | undefined {
  const listener = translate(target, type, (event) => dispatch(registration.handler, target, event));
  if (listener !== undefined) registrations.set(listener, registration);
  return listener;
}

/** A listener of `type` that gives `call` what is emitted, as an event. */
function translate(target: EventSource, type: string, call: (event: Event) => void): Listener | undefined {
  switch (type) {
    case "open":
      return () => call(new Event(type));
    case "message":
      return (data: { toString(): string }, isBinary: boolean) =>
        call(new MessageEvent(type, { data: isBinary ? data : data.toString() }));
    case "close":
      return (code: number, reason: Buffer) =>
        call(new CloseEvent(type, { code, reason: reason.toString(), wasClean: target.wasClean }));
    case "error":
      return (error: Error) => call(new ErrorEvent(type, { error, message: error.message }));
    default:
      return undefined;
  }
}

function dispatch(handler: EventHandler, target: EventSource, event: Event): void {
  setTarget(event, target);
  if (isFunction(handler)) Reflect.apply(handler, target, [event]);
  else Reflect.apply(handler.handleEvent, handler, [event]);
}

function isFunction(value: unknown): value is (event: never) => void {
  return typeof value === "function";
}
