/** A panel's life: cut, restored, lost, turned into another kind; what it comes back with, and what it says was replayed. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { type Facts, Panel, type PanelScreen, type Replayed } from "../../playground/panel.ts";
import type { PanelState } from "../../playground/panel-state.ts";
import type { Connect, Connection, ConnectionHandler, Kind, Ticket } from "../../playground/wires/connection.ts";

interface FakeConnection extends Connection {
  readonly kind: Kind;
  readonly ticket: Ticket;
  readonly handler: ConnectionHandler;
  cursor: string | undefined;
  isCut: boolean;
}

class FakeScreen implements PanelScreen {
  state: PanelState | undefined;
  facts: Facts | undefined;
  readonly messages: string[] = [];
  readonly notes: string[] = [];
  readonly replays: Replayed[] = [];
  prices = 0;
  showState(state: PanelState): void {
    this.state = state;
  }
  showFacts(facts: Facts): void {
    this.facts = facts;
  }
  addMessage(text: string, isReplay: boolean): void {
    this.messages.push(isReplay ? `${text} (replayed)` : text);
  }
  addNote(text: string, replayed?: Replayed): void {
    this.notes.push(text);
    if (replayed !== undefined) this.replays.push(replayed);
  }
  showPrice(): void {
    this.prices += 1;
  }
  addTrace(): void {}
}

function open(kind: Kind = "websocket") {
  const connections: FakeConnection[] = [];
  const timers: { readonly ms: number; readonly callback: () => void; isCancelled: boolean }[] = [];
  const connect = (as: Kind) => (ticket: Ticket, handler: ConnectionHandler) => {
    const connection: FakeConnection = {
      kind: as,
      ticket,
      handler,
      cursor: undefined,
      isCut: false,
      send: () => Promise.resolve({ ok: true, answer: "ok" }),
      cut: () => {
        connection.isCut = true;
      },
    };
    connections.push(connection);
    return connection;
  };
  const screen = new FakeScreen();
  const later = (ms: number, callback: () => void) => {
    const timer = { ms, callback, isCancelled: false };
    timers.push(timer);
    return () => {
      timer.isCancelled = true;
    };
  };
  const kinds: Record<Kind, Connect> = {
    "socket.io": connect("socket.io"),
    websocket: connect("websocket"),
    eventsource: connect("eventsource"),
    poll: connect("poll"),
  };
  const panel = new Panel({ connect: kinds, later, changed: () => {} }, screen, kind);
  const newest = (): FakeConnection => connections.at(-1) ?? assert.fail("there is no connection");
  return { panel, screen, connections, timers, newest };
}

const hello = { session: "s1", socket: "x1", recovered: false, reason: undefined };
const chat = (text: string, id: string) => ({ name: "chat", args: [text], id });
const price = (id: string) => ({ name: "price", args: [{ symbol: "ACME", price: 1, change: 0 }], id });
const caughtUp = (id: string) => ({ name: "caught-up", args: [{ time: 1 }], id });

/** A panel that is live and has heard up to m-2. */
function live(kind?: Kind) {
  const world = open(kind);
  const { handler } = world.newest();
  handler.opened(hello);
  handler.received(caughtUp("m-1"));
  handler.received(chat("first", "m-2"));
  return world;
}

test("a first visit comes with nothing, and nothing of it counts as replayed", () => {
  const { newest, screen, panel } = live();
  assert.deepEqual(newest().ticket, { session: undefined, since: undefined, cursor: undefined });
  assert.deepEqual(screen.messages, ["first"]);
  assert.deepEqual(screen.replays, []);
  assert.equal(screen.facts?.lastId, "m-2");
  assert.equal(screen.facts.recovered, "first visit");
  assert.equal(panel.liveSession, "s1");
});

test("a cut drops the connection, and tells nobody", () => {
  const { panel, screen, newest } = live();
  panel.cut();
  assert.equal(newest().isCut, true);
  assert.equal(screen.state, "cut");
  assert.equal(panel.send("into the void"), undefined);
  assert.equal(panel.liveSession, undefined);
});

test("it comes back by session and last id; what comes until it has caught up is replayed, what follows is not", () => {
  const { panel, screen, newest } = live();
  panel.cut();
  panel.restore();
  assert.deepEqual(newest().ticket, { session: "s1", since: "m-2", cursor: undefined });
  const { handler } = newest();
  handler.opened({ ...hello, recovered: true });
  handler.received(chat("second", "m-3"));
  handler.received(price("m-4"));
  handler.received(chat("third", "m-5"));
  handler.received(caughtUp("m-6"));
  handler.received(chat("fourth", "m-7"));
  handler.received(price("m-8"));
  assert.deepEqual(screen.messages, ["first", "second (replayed)", "third (replayed)", "fourth"]);
  assert.equal(screen.prices, 2);
  assert.deepEqual(screen.replays, [{ messages: 2, prices: 1 }]);
  assert.equal(screen.notes.at(-1), "2 missed, replayed in order");
  assert.equal(screen.facts?.recovered, "yes");
});

test("a session that could not be recovered is said to be new, with the reason", () => {
  const { panel, screen, newest } = live();
  panel.cut();
  panel.restore();
  newest().handler.opened({ session: "s2", socket: "x2", recovered: false, reason: "window-exceeded" });
  newest().handler.received(caughtUp("m-9"));
  assert.equal(screen.facts?.recovered, "no: window-exceeded");
  assert.deepEqual(screen.replays, [{ messages: 0, prices: 0 }]);
  assert.equal(panel.liveSession, "s2");
});

test("a poll comes back with its cursor, to a session that may still be open", () => {
  const { panel, screen, newest } = live("poll");
  newest().cursor = "c7";
  panel.cut();
  panel.restore();
  assert.deepEqual(newest().ticket, { session: "s1", since: "m-2", cursor: "c7" });
  const { handler } = newest();
  handler.continued();
  handler.received(chat("second", "m-3"));
  handler.caughtUp();
  handler.received(chat("third", "m-4"));
  assert.deepEqual(screen.messages, ["first", "second (replayed)", "third"]);
  assert.deepEqual(screen.replays, [{ messages: 1, prices: 0 }]);
});

test("it turns into another kind of client within its session, and leaves the poll's cursor behind", () => {
  const { panel, newest, connections } = live("poll");
  newest().cursor = "c7";
  panel.become("websocket");
  assert.equal(connections[0]?.isCut, true);
  assert.equal(newest().kind, "websocket");
  assert.deepEqual(newest().ticket, { session: "s1", since: "m-2", cursor: undefined });
});

test("a panel that is cut and changes its kind stays cut until it is restored", () => {
  const { panel, screen, connections, newest } = live();
  panel.cut();
  panel.become("poll");
  assert.equal(connections.length, 1);
  assert.equal(screen.state, "cut");
  assert.equal(screen.facts?.wire, "poll");
  panel.restore();
  assert.equal(newest().kind, "poll");
});

test("a connection that is lost comes back by itself, later and later, and at once again after a success", () => {
  const { newest, timers, screen } = live();
  for (const pause of [500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]) {
    newest().handler.lost("close code 1006");
    assert.equal(screen.state, "waiting");
    assert.equal(timers.at(-1)?.ms, pause);
    timers.at(-1)?.callback();
  }
  assert.deepEqual(newest().ticket, { session: "s1", since: "m-2", cursor: undefined });
  newest().handler.opened({ ...hello, recovered: true });
  newest().handler.lost("close code 1006");
  assert.equal(timers.at(-1)?.ms, 500);
});

test("a second hello on one connection changes nothing", () => {
  const { newest, screen, panel } = live();
  newest().handler.opened({ ...hello, session: "other" });
  newest().handler.continued();
  assert.equal(panel.liveSession, "s1");
  assert.deepEqual(screen.notes, ["Connected: a new session."]);
});

test("a server that says when to come back is obeyed", () => {
  const { newest, timers } = live();
  newest().handler.lost("close code 1012", 1_234);
  assert.equal(timers.at(-1)?.ms, 1_234);
});

test("a panel that is cut or removed while it waits does not come back by itself", () => {
  for (const end of ["cut", "remove"] as const) {
    const { panel, newest, timers } = live();
    newest().handler.lost("close code 1006");
    panel[end]();
    assert.equal(timers.at(-1)?.isCancelled, true);
  }
});

test("a panel that finds no stream free says what to do, can be cut, and is live as soon as it has one", () => {
  const { panel, newest, screen, timers } = open("eventsource");
  newest().handler.queued();
  assert.equal(screen.state, "queued");
  assert.match(screen.notes.at(-1) ?? "", /all 4 HTTP streams are held.*Close one, or a tab/);
  assert.deepEqual(timers, []);
  panel.cut();
  assert.equal(newest().isCut, true);
  panel.restore();
  newest().handler.queued();
  newest().handler.opened(hello);
  assert.equal(screen.state, "live");
});
