/** One tab, as the leader knows it: the namespaces that it is in, and how much it has not confirmed. */

import { withTab } from "@anywire/protocol/socket";
import type { RawData } from "../engine/transport.ts";
import { type Channel, type Downward, sizeOf } from "./channel.ts";

/** Bytes under way to a tab: what is frozen for longer has lost its connection, and comes back by recovery. */
const maxUnconfirmed = 32 * 1024 * 1024;

/** What a packet costs beside its bytes. */
const packetCost = 256;

export class Guest {
  readonly tab: string;
  readonly #channel: Channel;
  readonly #namespaces = new Set<string>();
  #unconfirmed = 0;

  constructor(tab: string, channel: Channel) {
    this.tab = tab;
    this.#channel = channel;
  }

  post(message: Downward): void {
    this.#channel.postMessage(message);
  }

  /** @returns false if it takes nothing any more */
  deliver(data: readonly RawData[]): boolean {
    const [text] = data;
    if (typeof text === "string" && (text[0] === "1" || refusal.test(text))) this.#namespaces.delete(namespaceOf(text));
    if (this.#unconfirmed > maxUnconfirmed) return false; // one packet alone may be larger
    this.#unconfirmed += costOf(data);
    this.post({ kind: "data", data });
    return true;
  }

  confirmed(bytes: number): void {
    this.#unconfirmed -= bytes;
  }

  /** A text of the tab, as it goes to the server. */
  marked(text: string): string {
    if (text[0] === "0") this.#namespaces.add(namespaceOf(text));
    if (text[0] === "1") this.#namespaces.delete(namespaceOf(text));
    return withTab(text, this.tab);
  }

  /** What tells the server that it is gone, and may come back. */
  get farewells(): string[] {
    return [...this.#namespaces].map((namespace) => withTab(`4${namespace},{"message":"lost"}`, this.tab));
  }

  close(): void {
    this.#channel.close();
  }
}

/** CONNECT_ERROR that is no answer to an emit. */
const refusal = /^4(?:\/[^,]*,)?[{"]/;

function namespaceOf(text: string): string {
  return /^\d(\/[^,]*)/.exec(text)?.[1] ?? "/";
}

/** As the leader counts what it sends. */
export function costOf(data: readonly RawData[]): number {
  return sizeOf(data) + packetCost;
}
