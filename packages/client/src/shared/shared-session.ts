/** One tab's part of a session that several tabs share, with the face of a session of its own. */

import type { Anything } from "@anywire/protocol/emitter";
import { IsolatedEmitter } from "../engine/isolated-emitter.ts";
import type { SessionFace } from "../engine/session-face.ts";
import type { CloseDetails, RawData } from "../engine/transport.ts";
import { type Channel, type Downward, type Ending, listen, type Outgoing, type Upward } from "./channel.ts";
import { costOf } from "./guest.ts";
import { hubName, tabName } from "./hub.ts";
import type { Follower, Station } from "./station.ts";

interface SharedSessionEvents {
  open(): void;
  data(data: RawData): void;
  message(data: RawData): void;
  ping(): void;
  error(error: Error): void;
  close(reason: string, description?: Error | CloseDetails): void;
}

/** Bytes that the leader hears of together. */
const confirmEvery = 256 * 1024;

/** To come back needs no delay: the server is there, and another tab leads. */
const atOnce = 0;

/** What a connection of its own tells, if it comes to that. */
const forwarded = ["open", "data", "message", "ping", "error", "close"] as const;

/** A tab as the leader sees it: it says hello, sends, confirms what comes, and says goodbye. */
export class SharedSession extends IsolatedEmitter<SharedSessionEvents> implements SessionFace, Follower {
  /** What waits for the leader. */
  writeBuffer: Outgoing[] = [];
  readonly #station: Station;
  readonly #tab: string;
  /** Of what waits. */
  #callbacks: (() => void)[] = [];
  /** Of what the leader has. */
  #called: (() => void)[] = [];
  #inbox: Channel | undefined;
  #outbox: Channel | undefined;
  #leader: string | undefined;
  /** For its lock. */
  readonly #waiting = new AbortController();
  #unlock: (() => void) | undefined;
  /** Where there is nobody to share with. */
  #own: SessionFace | undefined;
  #state: "opening" | "open" | "closed" = "opening";
  #id: string | undefined;
  #transport = "shared";
  #retryAfter: number | undefined;
  /** The leader has not told yet that what was sent has left. */
  #isSending = false;
  #isFlushing = false;
  #unconfirmed = 0;
  /** This tab leads from now on, or another one: it needs the station again. */
  #isComingBack = false;

  constructor(station: Station) {
    super();
    this.#station = station;
    this.#tab = station.host.createName();
    const { host, key } = station;
    const refused = (): void => {
      if (this.#waiting.signal.aborted) return;
      station.goAlone();
      this.goAlone();
    };
    host.locks.request(tabName(key, this.#tab), this.#waiting.signal, () => this.#begin()).catch(refused);
  }

  get id(): string | null | undefined {
    return this.#own === undefined ? this.#id : this.#own.id;
  }

  get readyState(): SessionFace["readyState"] {
    return this.#own?.readyState ?? this.#state;
  }

  get isOurs(): boolean {
    return this.#own?.isOurs ?? true;
  }

  get retryAfter(): number | undefined {
    return this.#own === undefined ? this.#retryAfter : this.#own.retryAfter;
  }

  /** The leader's; `writable` is this tab's way to it. */
  get transport(): SessionFace["transport"] {
    const writable = this.#state === "open" && !this.#isSending && this.writeBuffer.length === 0;
    return this.#own?.transport ?? { name: this.#transport, writable };
  }

  write(
    data: RawData,
    { compress = true }: { readonly compress?: boolean | undefined } = {},
    callback?: () => void,
  ): this {
    if (this.#own !== undefined) {
      this.#own.write(data, { compress }, callback);
      return this;
    }
    if (this.#state === "closed") return this;
    this.writeBuffer.push({ data: portable(data), compress });
    if (callback !== undefined) this.#callbacks.push(callback);
    this.#flushSoon();
    return this;
  }

  close(): this {
    if (this.#own !== undefined) this.#own.close();
    else this.#end("forced close");
    return this;
  }

  /** @internal The leader looks after the heartbeat. */
  _hasPingExpired(): boolean {
    return this.#own?._hasPingExpired() ?? false;
  }

  /** @internal */
  follow(leader: string): void {
    if (this.#own !== undefined || this.#leader === leader) return;
    if (this.#state === "open") return this.lose();
    const { host, key } = this.#station;
    this.#closeChannels(); // to the leader before, who has gone meanwhile
    this.#leader = leader;
    this.#inbox = host.openChannel(tabName(key, this.#tab));
    listen<Downward>(this.#inbox, (message) => this.#heard(message));
    this.#outbox = host.openChannel(hubName(key, leader));
    this.#post({ kind: "hello", tab: this.#tab });
  }

  /** @internal */
  lose(): void {
    this.#isComingBack = true;
    this.#retryAfter = atOnce;
    this.#end("transport close");
  }

  /** @internal */
  goAlone(): void {
    if (this.#own !== undefined || this.#state === "closed") return;
    if (this.#state === "open") return this.lose(); // its manager asks for its namespaces once for each session
    this.#leaveTabs();
    const own = this.#station.openSession();
    this.#own = own;
    for (const event of forwarded)
      own.on(event, (...args: Anything) => this.emitReserved(event, ...(args as [Anything])));
  }

  /** The tab's lock is had: its end is noticed from now on. */
  #begin(): Promise<void> | void {
    if (this.#waiting.signal.aborted) return;
    return new Promise((unlock) => {
      this.#unlock = unlock;
      this.#station.join(this);
    });
  }

  #heard(message: Downward): void {
    if (this.#state === "closed") return;
    if (message.kind === "data") this.#received(message.data);
    else if (message.kind === "taken") this.#taken();
    else if (message.kind === "ping") this.emitReserved("ping");
    else if (message.kind === "open") this.#opened(message.id, message.transport);
    else if (message.kind === "alone") this.#station.goAlone();
    else this.#told(message);
  }

  #opened(id: string, transport: string): void {
    this.#id = id;
    this.#transport = transport;
    this.#state = "open";
    this.emitReserved("open");
    this.#flushSoon();
  }

  #received(data: readonly RawData[]): void {
    this.#unconfirmed += costOf(data);
    if (this.#unconfirmed > confirmEvery) {
      this.#post({ kind: "got", tab: this.#tab, bytes: this.#unconfirmed });
      this.#unconfirmed = 0;
    }
    for (const part of data) {
      this.emitReserved("data", part);
      this.emitReserved("message", part);
    }
  }

  #told({ kind, reason, description, retryAfter }: { readonly kind: "error" | "close" } & Ending): void {
    this.#retryAfter = retryAfter;
    if (kind === "error") this.emitReserved("error", Object.assign(new Error(reason), { description }));
    else this.#end(reason, description as CloseDetails | undefined);
  }

  #flushSoon(): void {
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    queueMicrotask(() => {
      this.#isFlushing = false;
      if (this.#state === "open" && !this.#isSending) this.#flush();
    });
  }

  #flush(): void {
    if (this.writeBuffer.length === 0) return;
    this.#isSending = true;
    this.#post({ kind: "data", tab: this.#tab, data: this.writeBuffer });
    this.#called = this.#callbacks;
    this.#callbacks = [];
    this.writeBuffer = [];
  }

  #taken(): void {
    this.#isSending = false;
    for (const callback of this.#called.splice(0)) callback();
    this.#flush();
  }

  #post(message: Upward): void {
    this.#outbox?.postMessage(message);
  }

  #end(reason: string, description?: CloseDetails): void {
    if (this.#state === "closed") return;
    const isOpen = this.#state === "open";
    if (isOpen) this.#flush(); // what says goodbye to namespaces, say
    this.#state = "closed";
    this.writeBuffer = [];
    this.#leaveTabs();
    if (!isOpen) this.emitReserved("error", new Error(reason));
    this.emitReserved("close", reason, description);
  }

  #leaveTabs(): void {
    this.#post({ kind: "bye", tab: this.#tab });
    this.#closeChannels();
    this.#waiting.abort();
    this.#unlock?.();
    this.#station.leave(this, this.#isComingBack);
  }

  #closeChannels(): void {
    this.#inbox?.close();
    this.#outbox?.close();
  }
}

/** A view of a large buffer would take all of it along. */
function portable(data: RawData): RawData {
  if (!ArrayBuffer.isView(data)) return data;
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice().buffer;
}
