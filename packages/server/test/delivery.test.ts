import assert from "node:assert/strict";
import { test } from "node:test";
import { Delivery } from "../src/delivery.ts";
import type { GapReason, History, LogEntry, Stay } from "../src/history.ts";
import { type LinkHandler, PreparedRun } from "../src/link.ts";
import { FakeLink, type FakeLinkOptions } from "./fake-link.ts";
import { entry, stay } from "./history.contract.ts";
import { LateHistory } from "./late-history.ts";
import { memoryHistory, tick } from "./world.ts";

/** One delivery to one link, and the log beside it, without a pipeline between them. */
class Rig {
  readonly link: FakeLink;
  readonly delivery: Delivery;
  readonly gaps: (GapReason | undefined)[] = [];
  stays: Stay[] = [stay("a")];
  private readonly history: History | undefined;

  constructor(history: History | undefined, options: FakeLinkOptions = {}) {
    this.history = history;
    const handler: LinkHandler = {
      receive: () => {},
      answered: () => {},
      drained: () => this.delivery.drained(),
      closed: () => this.delivery.close(),
    };
    this.link = new FakeLink(handler, options);
    this.delivery = new Delivery({ history, stays: () => this.stays }, this.link);
  }

  /** Appends, and delivers as the pipeline does. */
  async emit(...entries: LogEntry[]): Promise<void> {
    const ids = (await this.history?.append(entries)) ?? [];
    this.deliver(entries, ids);
  }

  deliver(entries: readonly LogEntry[], ids: readonly string[] = [], volatile = false): void {
    const events = entries.map(({ name, args }, at) => ({ name, args, id: ids[at], ack: undefined }));
    this.delivery.deliver(new PreparedRun(events, { volatile }));
  }

  catchUp(since = "e-0", openedAt = since): Promise<void> {
    return this.delivery.catchUp(since, openedAt, (gap) => {
      this.gaps.push(gap);
      this.link.open({ session: "", socket: "", heartbeat: 1, recovered: true, reason: gap, id: undefined });
    });
  }

  open(): void {
    this.link.open({ session: "", socket: "", heartbeat: 1, recovered: false, reason: undefined, id: undefined });
  }
}

const inA = (name: string): LogEntry => entry(name, { rooms: ["a"] });

test("without a replay it is live from the start", async () => {
  const rig = new Rig(undefined);
  rig.open();
  rig.delivery.goLive();
  rig.deliver([inA("one"), inA("two")]);
  assert.deepEqual(rig.link.names, ["one", "two"]);
});

test("while it holds, events with an id are left to the log, and come from there once", async () => {
  const rig = new Rig(memoryHistory());
  await rig.emit(inA("one"));
  await rig.emit(inA("two"));
  assert.deepEqual(rig.link.names, []);
  await rig.catchUp();
  await rig.emit(inA("three"));
  assert.deepEqual(rig.link.names, ["one", "two", "three"]);
  assert.deepEqual(rig.gaps, [undefined]);
});

test("events without an id keep their place among those with one; volatile ones are dropped", async () => {
  const rig = new Rig(memoryHistory());
  rig.deliver([inA("before all")]);
  await rig.emit(inA("one"), inA("two"));
  rig.deliver([inA("between")]);
  rig.deliver([inA("volatile")], [], true);
  await rig.emit(inA("three"));
  rig.deliver([inA("last")]);
  await rig.catchUp();
  assert.deepEqual(rig.link.names, ["before all", "one", "two", "between", "three", "last"]);
});

test("held events keep their place across batches", async () => {
  const rig = new Rig(memoryHistory());
  const expected: string[] = [];
  for (let at = 0; at < 1000; at++) {
    const name = `${at}`;
    expected.push(name);
    if (at % 10 === 0) rig.deliver([inA(name)]);
    else await rig.emit(inA(name));
  }
  await rig.catchUp();
  assert.deepEqual(rig.link.names, expected);
});

test("a replay keeps to the pace of its link", async () => {
  const rig = new Rig(memoryHistory(), { eventBytes: 1024 });
  for (let at = 0; at < 2000; at++) await rig.emit(inA(`${at}`));
  const done = rig.catchUp();
  let most = 0;
  for (let turns = 0; rig.link.received.length < 2000; turns++) {
    assert.ok(turns < 20, "it stands still");
    most = Math.max(most, rig.link.bufferedBytes);
    rig.link.drain();
    await tick();
  }
  await done;
  assert.ok(most > 64 * 1024 && most <= 512 * 1024, `${most} bytes waited in the link`);
  assert.deepEqual(
    rig.link.names,
    Array.from({ length: 2000 }, (_, at) => `${at}`),
  );
});

test("what is joined and said while a read is on its way is not lost", async () => {
  const late = new LateHistory(memoryHistory());
  const rig = new Rig(late);
  const done = rig.catchUp();
  rig.stays = [stay("a"), stay("b", late.position)];
  const said = rig.emit(entry("in b", { rooms: ["b"] }));
  late.answer(1); // the append, before the read, which was asked for with the rooms of then
  await said;
  await late.settle();
  await done;
  assert.deepEqual(rig.link.names, ["in b"]);
});

test("what is said in a room that was left while a read is on its way is not heard", async () => {
  const late = new LateHistory(memoryHistory());
  const rig = new Rig(late);
  const done = rig.catchUp();
  rig.stays = [stay("a", undefined, late.position)];
  void late.append([inA("secret")]);
  await late.settle();
  await done;
  assert.deepEqual(rig.link.names, []);
});

test("an event that the replay brought is not delivered again when its own turn comes", async () => {
  const late = new LateHistory(memoryHistory());
  const rig = new Rig(late);
  const entries = [inA("one"), inA("two")];
  const appending = late.append(entries); // the log has them, the pipeline waits for its answer
  const done = rig.catchUp();
  late.answer(1);
  await done;
  assert.deepEqual(rig.link.names, ["one", "two"]);
  await late.settle();
  rig.deliver(entries, await appending);
  rig.deliver([inA("unlogged")]);
  rig.deliver([inA("two"), inA("three")], ["e-2", "e-3"]);
  rig.deliver([inA("four")], ["e-4"]);
  assert.deepEqual(rig.link.names, ["one", "two", "unlogged", "three", "four"]);
});

test("a gap is told, and delivery starts where the socket was opened", async () => {
  const rig = new Rig(memoryHistory({ events: 2 }));
  await rig.emit(inA("lost"), inA("lost too"));
  const openedAt = "e-2";
  await rig.emit(inA("kept"));
  await rig.catchUp("e-0", openedAt);
  await rig.emit(inA("live"));
  assert.deepEqual(rig.gaps, ["window-exceeded"]);
  assert.deepEqual(rig.link.names, ["kept", "live"]);
});

test("an id of another log is told as such", async () => {
  const rig = new Rig(memoryHistory());
  await rig.catchUp("other-7", "e-0");
  assert.deepEqual(rig.gaps, ["epoch-changed"]);
});

test("a reader past whom the window moves is closed: it was too slow", async () => {
  const rig = new Rig(memoryHistory({ events: 300 }), { eventBytes: 1024 });
  for (let at = 0; at < 300; at++) await rig.emit(inA(`${at}`));
  const done = rig.catchUp();
  assert.equal(rig.link.received.length, 256);
  for (let at = 0; at < 300; at++) await rig.emit(inA(`more ${at}`));
  rig.link.drain();
  await done;
  assert.equal(rig.link.closedFor, "slow-consumer");
  assert.equal(rig.link.received.length, 256);
});

test("nothing is sent to a link that closed while the log was asked", async () => {
  const late = new LateHistory(memoryHistory());
  const rig = new Rig(late);
  void late.append([inA("one")]);
  const done = rig.catchUp();
  rig.link.cut();
  await late.settle();
  await done;
  assert.deepEqual(rig.link.names, []);
  assert.deepEqual(rig.gaps, []);
});

test("a replay that waits for its link ends with it", async () => {
  const rig = new Rig(memoryHistory(), { eventBytes: 1024 });
  for (let at = 0; at < 1000; at++) await rig.emit(inA(`${at}`));
  const done = rig.catchUp();
  rig.link.cut();
  await done;
  assert.equal(rig.link.received.length, 256);
});

test("more unlogged events than may be held close the link, with a name for it", () => {
  const rig = new Rig(memoryHistory());
  for (let at = 0; at < 10; at++) rig.deliver(Array.from({ length: 100 }, () => inA("unlogged")));
  assert.equal(rig.link.closedFor, undefined);
  rig.deliver([inA("unlogged")]);
  assert.equal(rig.link.closedFor, "slow-consumer");
});

test("what was held and is sent counts no more", async () => {
  const rig = new Rig(memoryHistory(), { eventBytes: 1024 });
  const hold = (): void => rig.deliver(Array.from({ length: 600 }, () => inA("unlogged")));
  hold();
  for (let at = 0; at < 300; at++) await rig.emit(inA(`${at}`));
  const done = rig.catchUp();
  hold();
  assert.equal(rig.link.closedFor, undefined);
  rig.link.drain();
  await done;
  assert.equal(rig.link.received.length, 1500);
});

test("closing after all is sent: at once when live", () => {
  const rig = new Rig(undefined);
  rig.open();
  rig.delivery.goLive();
  rig.delivery.closeAfter(() => rig.link.close("disconnected"));
  assert.equal(rig.link.closedFor, "disconnected");
});

test("closing after all is sent: after the replay, with what was said until then and nothing later", async () => {
  const rig = new Rig(memoryHistory());
  await rig.emit(inA("one"));
  rig.deliver([inA("unlogged")]);
  await rig.emit(inA("goodbye"));
  rig.delivery.closeAfter(() => rig.link.close("disconnected"));
  await rig.emit(inA("too late"));
  assert.equal(rig.link.closedFor, undefined);
  await rig.catchUp();
  assert.deepEqual(rig.link.names, ["one", "unlogged", "goodbye"]);
  assert.equal(rig.link.closedFor, "disconnected");
});
