/** The leader's part: holds the one session, and hands each tab what is for it. */

import { readTab } from "@anywire/protocol/socket";
import type { SessionEvent, SessionFace } from "../engine/session-face.ts";
import type { RawData } from "../engine/transport.ts";
import { type Channel, type Ending, listen, type Outgoing, type TabHost, type Upward } from "./channel.ts";
import { Guest } from "./guest.ts";

interface HubPort {
  readonly host: TabHost;
  /** Of the channels and locks. */
  readonly key: string;
  openSession(): SessionFace;
  /** No tab is left. */
  vacant(): void;
  /** The server does not know tabs. */
  alone(): void;
}

/** A packet whose attachments are coming. */
interface Incomplete {
  readonly guest: Guest | undefined;
  readonly data: RawData[];
  readonly parts: number;
}

export class Hub {
  readonly id: string;
  readonly #port: HubPort;
  readonly #inbox: Channel;
  readonly #guests = new Map<string, Guest>();
  /** Of the locks that it waits for. */
  readonly #waiting = new AbortController();
  #session: SessionFace | undefined;
  #incomplete: Incomplete | undefined;

  constructor(port: HubPort) {
    this.id = port.host.createName();
    this.#port = port;
    this.#inbox = port.host.openChannel(hubName(port.key, this.id));
    listen<Upward>(this.#inbox, (message) => this.#heard(message));
  }

  get isVacant(): boolean {
    return this.#guests.size === 0;
  }

  /** Nobody leads any more: another tab will. */
  close(): void {
    this.#inbox.close();
    this.#waiting.abort();
    for (const guest of this.#guests.values()) guest.close();
    this.#guests.clear();
    this.#hangUp();
  }

  #heard(message: Upward): void {
    const { tab } = message;
    const guest = this.#guests.get(tab);
    if (message.kind === "hello") this.#welcome(tab);
    else if (guest === undefined) return;
    else if (message.kind === "data") this.#send(guest, message.data);
    else if (message.kind === "got") guest.confirmed(message.bytes);
    else this.#forget(guest);
  }

  #welcome(tab: string): void {
    const { host, key } = this.#port;
    const guest = new Guest(tab, host.openChannel(tabName(key, tab)));
    this.#guests.set(tab, guest);
    const name = tabName(key, tab); // of the lock that it has as long as it lives
    host.locks.request(name, this.#waiting.signal, () => this.#forget(guest)).catch(() => {});
    if (this.#session === undefined) this.#dial();
    else if (this.#session.readyState === "open") this.#greet(guest, this.#session);
  }

  #forget(guest: Guest): void {
    const { tab, farewells } = guest;
    if (this.#guests.get(tab) !== guest) return;
    this.#guests.delete(tab);
    guest.close();
    for (const text of farewells) this.#session?.write(text);
    if (!this.isVacant) return;
    this.#hangUp();
    this.#port.vacant();
  }

  #dial(): void {
    const session = this.#port.openSession();
    this.#session = session;
    const hear = (event: SessionEvent, listener: (...args: never[]) => void): void => {
      session.on(event, (...args) => {
        if (this.#session === session) Reflect.apply(listener, this, args);
      });
    };
    hear("open", () => {
      if (!session.isOurs) this.#giveUp();
      else for (const guest of this.#guests.values()) this.#greet(guest, session);
    });
    hear("data", (data: RawData) => this.#received(data));
    hear("ping", () => {
      for (const guest of this.#guests.values()) guest.post({ kind: "ping" });
    });
    hear("error", (error: Error & { description?: unknown }) => {
      this.#tell("error", { reason: error.message, description: error.description, retryAfter: session.retryAfter });
    });
    hear("close", (reason: string, description: unknown) => {
      this.#tell("close", { reason, description: shown(description), retryAfter: session.retryAfter });
      this.#letGo();
    });
  }

  #greet(guest: Guest, { id, transport }: SessionFace): void {
    guest.post({ kind: "open", id: id ?? "", transport: transport.name });
  }

  #tell(kind: "error" | "close", ending: Ending): void {
    for (const guest of this.#guests.values()) guest.post({ kind, ...ending });
  }

  #giveUp(): void {
    for (const guest of this.#guests.values()) guest.post({ kind: "alone" });
    this.#letGo();
    this.#port.alone();
  }

  /** The session is over: who wants another says hello again. */
  #letGo(): void {
    for (const guest of this.#guests.values()) guest.close();
    this.#guests.clear();
    this.#hangUp();
    this.#port.vacant();
  }

  #hangUp(): void {
    const session = this.#session;
    this.#session = undefined;
    this.#incomplete = undefined;
    session?.close();
  }

  #send(guest: Guest, parts: readonly Outgoing[]): void {
    const session = this.#session;
    if (session === undefined || session._hasPingExpired()) return; // it is about to close: all are told
    const last = parts.length - 1;
    parts.forEach(({ data, compress }, at) => {
      const marked = typeof data === "string" ? guest.marked(data) : data;
      session.write(marked, { compress }, at === last ? () => guest.post({ kind: "taken" }) : undefined);
    });
  }

  #received(data: RawData): void {
    if (typeof data === "string") {
      const read = readTab(data);
      if (read === undefined) return;
      this.#incomplete = { guest: this.#guests.get(read.tab), data: [read.text], parts: 1 + read.attachments };
    } else this.#incomplete?.data.push(data);
    if (this.#incomplete?.data.length === this.#incomplete?.parts) this.#complete();
  }

  #complete(): void {
    const { guest, data } = this.#incomplete ?? {};
    this.#incomplete = undefined;
    if (guest === undefined || data === undefined || guest.deliver(data)) return;
    guest.post({ kind: "close", reason: "transport close", retryAfter: 0 });
    this.#forget(guest);
  }
}

/** @param hub its id */
export function hubName(key: string, hub: string): string {
  return `${key} hub ${hub}`;
}

/** Of a tab's channel, and of the lock that it has as long as it lives. */
export function tabName(key: string, tab: string): string {
  return `${key} tab ${tab}`;
}

/** What can be told to another tab of why a transport has closed. */
function shown(description: unknown): unknown {
  if (description instanceof Error) return { description: description.message };
  if (typeof description !== "object" || description === null || !("description" in description)) return undefined;
  return { description: String(description.description) };
}
