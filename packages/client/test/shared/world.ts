/** Tabs of one browser in memory, each with a session that is shared, and what it has heard. */

import { SharedSession } from "../../src/shared/shared-session.ts";
import { Station } from "../../src/shared/station.ts";
import { FakeSession, MemoryBrowser, type MemoryTab, settled } from "./memory-browser.ts";

/** A session in a tab, and all that it has told. */
export class Visitor {
  readonly tab: MemoryTab;
  readonly station: Station;
  session: SharedSession;
  readonly heard: unknown[][] = [];

  constructor(tab: MemoryTab) {
    const { browser } = tab;
    this.tab = tab;
    this.station = new Station(tab, "key", () => {
      const session = new FakeSession();
      browser.sessions.push(session);
      return session;
    });
    this.session = this.open();
  }

  /** As a manager that comes back. */
  open(): SharedSession {
    const session = new SharedSession(this.station);
    for (const event of ["open", "data", "ping", "error", "close"] as const)
      session.on(event, (...args: unknown[]) => this.heard.push([event, ...args]));
    this.session = session;
    return session;
  }

  /** What it has heard since it was asked last. */
  take(): unknown[][] {
    return this.heard.splice(0);
  }
}

/** A browser whose tabs share a session that is open; the first one leads. */
export async function openTabs(count: number): Promise<{ browser: MemoryBrowser; visitors: readonly Visitor[] }> {
  const browser = new MemoryBrowser();
  const visitors: Visitor[] = [];
  for (let index = 0; index < count; index++) {
    visitors.push(new Visitor(browser.openTab()));
    await settled();
    if (index === 0) browser.session.open();
  }
  await settled();
  for (const visitor of visitors) visitor.take();
  return { browser, visitors };
}

export { FakeSession, MemoryBrowser, settled };
