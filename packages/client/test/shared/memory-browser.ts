/** A browser in memory: its tabs' channels and locks, and sessions that a test is the server of. */

import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import type { SessionFace } from "../../src/engine/session-face.ts";
import type { RawData } from "../../src/engine/transport.ts";
import type { Channel, Locks, TabHost } from "../../src/shared/channel.ts";

type Heard = (event: { readonly data: unknown }) => void;

class MemoryChannel implements Channel {
  readonly name: string;
  readonly #tab: MemoryTab;
  readonly #listeners: Heard[] = [];

  constructor(name: string, tab: MemoryTab) {
    this.name = name;
    this.#tab = tab;
    tab.browser.channels.add(this);
  }

  addEventListener(_type: "message", listener: Heard): void {
    this.#listeners.push(listener);
  }

  postMessage(message: unknown): void {
    assert.ok(this.#tab.browser.channels.has(this), "it is open");
    const data = structuredClone(message);
    for (const channel of this.#tab.browser.channels)
      if (channel !== this && channel.name === this.name) setImmediate(() => channel.#take(data));
  }

  close(): void {
    this.#tab.browser.channels.delete(this);
  }

  isOf(tab: MemoryTab): boolean {
    return this.#tab === tab;
  }

  #take(data: unknown): void {
    if (this.#tab.isFrozen) this.#tab.backlog.push(() => this.#take(data));
    else if (this.#tab.browser.channels.has(this)) for (const listener of this.#listeners) listener({ data });
  }
}

interface Waiting {
  readonly tab: MemoryTab;
  grant(): void;
}

export class MemoryBrowser {
  readonly channels = new Set<MemoryChannel>();
  readonly locks = new Map<string, Waiting[]>();
  /** All that were ever asked for. */
  readonly asked = new Set<string>();
  /** Opened by whoever leads, in this order. */
  readonly sessions: FakeSession[] = [];

  openTab(): MemoryTab {
    return new MemoryTab(this);
  }

  /** The newest. */
  get session(): FakeSession {
    const session = this.sessions.at(-1);
    assert.ok(session !== undefined);
    return session;
  }

  release(name: string, waiting: Waiting): void {
    const queue = this.locks.get(name) ?? [];
    const at = queue.indexOf(waiting);
    if (at === -1) return;
    queue.splice(at, 1);
    if (queue.length === 0) this.locks.delete(name);
    else if (at === 0) queue[0]?.grant();
  }
}

export class MemoryTab implements TabHost {
  readonly browser: MemoryBrowser;
  isFrozen = false;
  /** What a frozen tab has not heard. */
  readonly backlog: (() => void)[] = [];
  readonly #page = new EventEmitter();
  static #names = 0;

  constructor(browser: MemoryBrowser) {
    this.browser = browser;
  }

  readonly locks: Locks = {
    request: (name, signal, held) =>
      new Promise((resolve, reject) => {
        let isGranted = false;
        this.browser.asked.add(name);
        signal.addEventListener("abort", () => {
          if (isGranted) return;
          this.browser.release(name, waiting);
          reject(signal.reason);
        });
        const waiting: Waiting = {
          tab: this,
          grant: () => {
            setImmediate(() => {
              if (signal.aborted) return;
              isGranted = true;
              Promise.resolve(held())
                .then(resolve, reject)
                .finally(() => this.browser.release(name, waiting));
            });
          },
        };
        const queue = this.browser.locks.get(name) ?? [];
        this.browser.locks.set(name, [...queue, waiting]);
        if (queue.length === 0) waiting.grant();
      }),
  };

  openChannel(name: string): Channel {
    return new MemoryChannel(name, this);
  }

  createName(): string {
    MemoryTab.#names += 1;
    return `name-${MemoryTab.#names}`;
  }

  onPage(type: "pagehide" | "pageshow", listener: (event: { readonly persisted?: boolean }) => void): void {
    this.#page.on(type, listener);
  }

  /** The page is put away, and may come back. */
  hide(): void {
    this.#page.emit("pagehide", { persisted: true });
  }

  show(): void {
    this.#page.emit("pageshow", { persisted: true });
  }

  /** It is gone from one moment to the next. */
  crash(): void {
    for (const channel of this.browser.channels) if (channel.isOf(this)) channel.close();
    for (const [name, queue] of [...this.browser.locks])
      for (const waiting of queue) if (waiting.tab === this) this.browser.release(name, waiting);
  }

  thaw(): void {
    this.isFrozen = false;
    for (const hear of this.backlog.splice(0)) hear();
  }
}

/** A session whose server is the test. */
export class FakeSession extends EventEmitter implements SessionFace {
  id = "session";
  /** The server has been silent for too long. */
  isExpired = false;
  readyState: SessionFace["readyState"] = "opening";
  isOurs = true;
  retryAfter: number | undefined;
  readonly transport = { name: "websocket", writable: true };
  /** What was sent. */
  readonly written: RawData[] = [];
  /** Told when the next is given to the transport. */
  readonly callbacks: (() => void)[] = [];

  open(): void {
    this.readyState = "open";
    this.emit("open");
  }

  /** From the server. */
  receive(...data: RawData[]): void {
    for (const part of data) this.emit("data", part);
  }

  end(reason: string): void {
    this.readyState = "closed";
    this.emit("close", reason, { description: "why" });
  }

  write(data: RawData, _options?: object, callback?: () => void): this {
    this.written.push(data);
    if (callback !== undefined) this.callbacks.push(callback);
    return this;
  }

  flush(): void {
    for (const callback of this.callbacks.splice(0)) callback();
  }

  close(): this {
    if (this.readyState !== "closed") this.end("forced close");
    return this;
  }

  _hasPingExpired(): boolean {
    return this.isExpired;
  }
}

/** All that is under way has come. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
}
