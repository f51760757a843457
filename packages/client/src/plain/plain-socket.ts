/** A socket of the plain wire that comes back by itself, and goes on where it was (delivery). */

import { backoff } from "@anywire/protocol/backoff";
import type {
  AllButLast,
  Anything,
  DecorateAcknowledgements,
  DefaultEventsMap,
  EventNames,
  EventNamesWithAck,
  EventParams,
  EventsMap,
  FirstNonErrorArg,
  Last,
  ReservedOrUserEventNames,
  ReservedOrUserListener,
} from "@anywire/protocol/emitter";
import { type Frame, formatFrame } from "./frame.ts";
import type { Link } from "./link.ts";
import type { PlainOptions } from "./options.ts";
import { webSocket } from "./websocket-link.ts";

/** `code`: see docs/plain.md. */
export type CodedError = Error & { readonly code: string };

export interface PlainReservedEvents {
  /** `socket.recovered` says whether something was missed. */
  connect: () => void;
  /** `socket.active` says whether it will come back. */
  disconnect: (reason: string) => void;
  /** A try has failed; or, if `socket.active` is false, there will be no more, since the server said so. */
  connect_error: (error: CodedError) => void;
  reconnect_attempt: (failures: number) => void;
}

type NameOf<Listen extends EventsMap> = ReservedOrUserEventNames<PlainReservedEvents, Listen>;

type Listener = (...args: Anything[]) => unknown;
type Settle = (error?: CodedError | null, answer?: readonly unknown[]) => unknown;

/** @typeParam Listen what the server emits @typeParam Emit what it listens to */
export class PlainSocket<Listen extends EventsMap = DefaultEventsMap, Emit extends EventsMap = Listen> {
  /** Public name of the socket on the server. */
  id: string | undefined;
  connected = false;
  /** It is connected, or trying. */
  active = false;
  /** Nothing was missed: the session went on, or all after `since` was there. */
  recovered = false;
  /** Why something may have been missed (delivery: "Promise"). */
  reason: string | undefined;
  readonly #options: PlainOptions;
  readonly #url: URL;
  readonly #listeners = new Set<readonly [name: unknown, listener: Listener, isOnce: boolean]>();
  /** What is not sent, or not answered, by its number, which is that of its ack; oldest first. */
  readonly #outbox = new Map<number, readonly [text: string, settle: Settle, wantsAck: boolean]>();
  #newest = 0;
  /** Of the outbox: the newest that was sent. */
  #sent = 0;
  /** Tries so far: what is heard of an older one does not count. */
  #turn = 0;
  /** Since it was connected. */
  #failures = 0;
  /** Tries that did not connect: another transport's turn. */
  #choice = 0;
  #link: Link | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Of the next emit. */
  #ackTimeout: number | undefined;

  /** @throws {TypeError} for what is no URL */
  constructor(url: string | URL, options: PlainOptions = {}) {
    const { rooms = [], signal, since = "" } = options;
    this.#options = options;
    this.#url = new URL(url, globalThis.location?.href);
    for (const room of rooms) this.#url.searchParams.append("room", room);
    this.#url.searchParams.set("since", since);
    signal?.addEventListener("abort", () => this.close());
    if (!signal?.aborted) this.connect();
  }

  /** Tries again at once, after `close()` or when it was refused. */
  connect(): this {
    if (!this.active) void this.#dial();
    return this;
  }

  /** For good, until `connect()`. What is not answered fails with `disconnected`. */
  close(): this {
    this.active = false;
    this.#end("io client disconnect", true);
    return this;
  }

  on<Name extends NameOf<Listen>>(
    name: Name,
    listener: ReservedOrUserListener<PlainReservedEvents, Listen, Name>,
    isOnce = false,
  ): this {
    this.#listeners.add([name, listener, isOnce]);
    this.#link?.hear?.(String(name));
    return this;
  }

  once<Name extends NameOf<Listen>>(
    name: Name,
    listener: ReservedOrUserListener<PlainReservedEvents, Listen, Name>,
  ): this {
    return this.on(name, listener, true);
  }

  /** Without a listener: all of that event; without a name: all of them. */
  off<Name extends NameOf<Listen>>(
    name?: Name,
    listener?: ReservedOrUserListener<PlainReservedEvents, Listen, Name>,
  ): this {
    for (const each of this.#listeners)
      if ((!name || each[0] === name) && (!listener || each[1] === listener)) this.#listeners.delete(each);
    return this;
  }

  /** The next emit's ack is called with an error first, or `null`: after so many milliseconds without an answer it is `timeout`. */
  timeout(ms: number): PlainSocket<Listen, DecorateAcknowledgements<Emit>> {
    this.#ackTimeout = ms;
    return this as Anything; // it is the types of its acks that differ
  }

  /** Emits `message`. */
  send(...args: EventParams<Emit, "message" & EventNames<Emit>>): this {
    return this.emit("message", ...args);
  }

  /** Rejects with what would be the ack's error. */
  emitWithAck<Name extends EventNamesWithAck<Emit>>(
    name: Name,
    ...args: AllButLast<EventParams<Emit, Name>>
  ): Promise<FirstNonErrorArg<Last<EventParams<Emit, Name>>>> {
    this.#ackTimeout ??= 0;
    return new Promise((resolve, reject) => {
      const ack = (error: unknown, answer: Anything): void => (error ? reject(error) : resolve(answer));
      this.emit(name, ...([...args, ack] as Anything));
    });
  }

  /**
   * Sent now, or when it is connected. An ack, as the last argument, is called with the answer, or with an Error that has a `code`.
   * @throws {TypeError} for arguments that JSON has no form for
   */
  emit<Name extends EventNames<Emit>>(event: Name, ...args: EventParams<Emit, Name>): this;
  emit(event: string, ...args: Anything[]): this {
    const { maxBuffered = 500 } = this.#options;
    const number = ++this.#newest;
    const ms = this.#ackTimeout;
    this.#ackTimeout = undefined;
    const ack = typeof args.at(-1) === "function" && args.pop();
    const text = formatFrame({ event, args, ...(ack && { id: `${number}`, ack: number }) });
    const timer = ack && ms && setTimeout(() => settle(coded("timeout")), ms);
    const settle: Settle = (error = null, answer = []) => {
      clearTimeout(timer);
      if (this.#outbox.delete(number) && ack) ack(...(error || ms !== undefined ? [error] : []), ...answer);
    };
    this.#outbox.set(number, [text, settle, ack]);
    if (this.#outbox.size > maxBuffered) settle(coded("queue-full"));
    else if (this.connected) this.#flush();
    return this;
  }

  /** Sends what was not sent. @param lost the newest that is not to be answered any more */
  #flush(lost = 0): void {
    for (const [number, [text, settle, ack]] of this.#outbox) {
      if (number <= lost) settle(coded("disconnected"));
      else if (number > this.#sent) {
        this.#sent = number;
        if (!ack) settle();
        this.#link?.send(text, number);
      }
    }
  }

  async #dial(): Promise<void> {
    const { token, timeout = 20_000, transports = [webSocket] } = this.#options;
    const turn = ++this.#turn;
    const guard =
      <Args extends unknown[]>(run: (this: this, ...args: Args) => void) =>
      (...args: Args): void => {
        if (turn === this.#turn) run.apply(this, args);
      };
    const end = guard(this.#end);
    this.active = true;
    this.#timer = setTimeout(end, timeout, "timeout");
    try {
      const shown = await (typeof token === "function" ? token() : token);
      if (turn !== this.#turn) return;
      const transport = transports[this.#choice % transports.length] ?? webSocket;
      this.#link = transport({
        url: this.#url,
        token: shown,
        options: this.#options,
        receive: guard(this.#receive),
        end,
      });
      for (const [name] of this.#listeners) this.#link.hear?.(String(name));
    } catch (error) {
      end(`${error}`);
    }
  }

  #receive({ event, id, ack, error, data, args: list }: Frame): void {
    const args: Anything[] = Array.isArray(list) ? list : data === undefined ? [] : [data];
    const [first] = args;
    const link = this.#link;
    const answer = (...values: unknown[]): void => {
      if (link === this.#link) link?.send(formatFrame({ ack, args: values })); // a later session owes nothing
    };
    if (event === undefined) this.#outbox.get(ack)?.[1](error && coded(error.code, error.message), args);
    else if (event === "anywire:close") this.#end(first.reason, /^[^so]/.test(first.reason), first.retry);
    else {
      if (id) this.#url.searchParams.set("since", id);
      if (event === "anywire:open") this.#open(first);
      else this.#tell(event, ...args, ...(ack === undefined ? [] : [answer]));
    }
  }

  #open({ session, socket, recovered, reason }: Anything): void {
    clearTimeout(this.#timer);
    this.#failures = 0;
    this.#url.searchParams.set("session", session);
    this.id = socket;
    this.recovered = recovered;
    this.reason = reason;
    this.connected = true;
    if (recovered) this.#sent = 0; // the server knows by their ids which of them have run
    this.#flush(this.#sent);
    this.#tell("connect");
  }

  #end(reason = "", stops = false, retry?: number): void {
    const {
      reconnectionDelay: min = 1_000,
      reconnectionDelayMax: max = 5_000,
      randomizationFactor: jitter = 0.5,
    } = this.#options;
    const { connected, active } = this;
    this.#turn++;
    clearTimeout(this.#timer);
    this.#link?.close();
    this.#link = undefined;
    this.connected = false;
    this.active = !stops;
    if (!connected) this.#choice++;
    if (stops) this.#flush(Infinity);
    else
      this.#timer = setTimeout(
        () => {
          this.#tell("reconnect_attempt", this.#failures);
          void this.#dial();
        },
        retry ?? backoff(this.#failures++, { min, max, jitter }, Math.random()),
      );
    if (connected) this.#tell("disconnect", reason);
    if (active && (stops || !connected)) this.#tell("connect_error", coded(reason));
  }

  #tell(event: string, ...args: Anything[]): void {
    for (const each of [...this.#listeners]) {
      if (each[0] !== event) continue;
      if (each[2]) this.#listeners.delete(each);
      each[1](...args);
    }
  }
}

function coded(code: string, message = code): CodedError {
  return Object.assign(new Error(message), { code });
}
