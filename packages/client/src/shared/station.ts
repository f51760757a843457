/** What one tab knows of the others: who leads, itself perhaps. */

import type { SessionFace } from "../engine/session-face.ts";
import { type Announcement, type Channel, listen, type TabHost } from "./channel.ts";
import { Hub } from "./hub.ts";

/** A session that waits for a leader, or has one. */
export interface Follower {
  /** This one leads now. */
  follow(leader: string): void;
  /** There is nobody to share with: it connects itself. */
  goAlone(): void;
  /** The page is put away, and may come back. */
  lose(): void;
}

/*
 * The leader is who has the lock `key`: all tabs that have a session queue for it. When the leader's tab goes, its lock is
 * free; the next one announces itself, and the others' sessions end and open again at once.
 */
export class Station {
  readonly host: TabHost;
  readonly key: string;
  /** Its tab connects for itself: the server does not know tabs, or the browser has no locks for the page. */
  isAlone = false;
  readonly #openSession: () => SessionFace;
  readonly #followers = new Set<Follower>();
  #channel: Channel | undefined;
  #leader: string | undefined;
  #hub: Hub | undefined;
  /** Ends the waiting for the lock. */
  #queued: AbortController | undefined;
  #isAway = false;
  #resign: (() => void) | undefined;

  constructor(host: TabHost, key: string, openSession: () => SessionFace) {
    this.host = host;
    this.key = key;
    this.#openSession = openSession;
    host.onPage("pagehide", ({ persisted = false }) => this.#leavePage(persisted));
    host.onPage("pageshow", () => this.#comeBack());
  }

  /** A connection that is nobody else's. */
  openSession(): SessionFace {
    return this.#openSession();
  }

  join(follower: Follower): void {
    this.#followers.add(follower);
    if (this.isAlone) return follower.goAlone();
    if (!this.#isAway) this.#seek();
  }

  /** @param isComingBack at once, with another session */
  leave(follower: Follower, isComingBack: boolean): void {
    this.#followers.delete(follower);
    if (!isComingBack) this.#rest();
  }

  /** Tabs are no use here: all of this tab connect themselves. */
  goAlone(): void {
    this.isAlone = true;
    for (const follower of [...this.#followers]) follower.goAlone();
  }

  #seek(): void {
    if (this.#followers.size === 0) return;
    this.#queue();
    if (this.#leader !== undefined) return this.#follow(this.#leader);
    this.#open().postMessage({ kind: "where" } satisfies Announcement);
  }

  #open(): Channel {
    if (this.#channel === undefined) {
      this.#channel = this.host.openChannel(this.key);
      listen<Announcement>(this.#channel, (message) => {
        if (message.kind === "leader") this.#follow(message.id);
        else if (this.#hub !== undefined) this.#announce(this.#hub);
      });
    }
    return this.#channel;
  }

  #announce({ id }: Hub): void {
    this.#open().postMessage({ kind: "leader", id } satisfies Announcement);
  }

  #follow(leader: string): void {
    this.#leader = leader;
    for (const follower of [...this.#followers]) follower.follow(leader);
  }

  #queue(): void {
    if (this.#queued !== undefined) return;
    const queued = new AbortController();
    this.#queued = queued;
    this.host.locks
      .request(this.key, queued.signal, () => (queued.signal.aborted ? undefined : this.#lead()))
      .catch(() => {
        if (!queued.signal.aborted) this.goAlone();
      });
  }

  #lead(): Promise<void> {
    return new Promise((resign) => {
      this.#resign = resign;
      const hub = new Hub({
        host: this.host,
        key: this.key,
        openSession: this.#openSession,
        vacant: () => this.#rest(),
        alone: () => this.goAlone(),
      });
      this.#hub = hub;
      this.#announce(hub);
      this.#follow(hub.id);
    });
  }

  /** Nobody here needs a leader: whoever needs one may be it. */
  #rest(): void {
    if (this.#followers.size > 0 || this.#hub?.isVacant === false) return;
    this.#stepDown();
  }

  #stepDown(): void {
    const [hub, resign] = [this.#hub, this.#resign];
    this.#queued?.abort();
    this.#queued = undefined;
    this.#hub = undefined;
    this.#resign = undefined;
    this.#leader = undefined;
    this.#channel?.close();
    this.#channel = undefined;
    hub?.close();
    resign?.();
  }

  #leavePage(isKept: boolean): void {
    this.#isAway = true;
    this.#stepDown();
    if (isKept) for (const follower of [...this.#followers]) follower.lose();
  }

  #comeBack(): void {
    if (!this.#isAway) return;
    this.#isAway = false;
    this.#seek();
  }
}
