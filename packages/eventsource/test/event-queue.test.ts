import assert from "node:assert/strict";
import { test } from "node:test";
import { EventQueue } from "../src/event-queue.ts";

const event = (data: string): MessageEvent => new MessageEvent("message", { data });

function queueThatIsLeft(): { queue: EventQueue; left: EventQueue[] } {
  const left: EventQueue[] = [];
  return { queue: new EventQueue((each) => left.push(each)), left };
}

async function dataOf(next: Promise<IteratorResult<MessageEvent, undefined>>): Promise<unknown> {
  return (await next).value?.data;
}

test("hands over events in order, to those who ask before and after they come", async () => {
  const { queue } = queueThatIsLeft();
  const early = [queue.next(), queue.next()];
  for (const data of ["1", "2", "3"]) assert.equal(queue.push(event(data)), undefined);
  assert.deepEqual(await Promise.all([...early, queue.next()].map(dataOf)), ["1", "2", "3"]);
});

test("the rest is taken before the end", async () => {
  const { queue } = queueThatIsLeft();
  queue.push(event("1"));
  queue.end();
  assert.equal(await dataOf(queue.next()), "1");
  assert.deepEqual(await queue.next(), { done: true, value: undefined });
});

test("an error is thrown once, behind the rest, to whoever asks first", async () => {
  const { queue } = queueThatIsLeft();
  const error = new Error("lost");
  queue.push(event("1"));
  queue.end(error);
  queue.end(new Error("too late"));
  assert.equal(await dataOf(queue.next()), "1");
  await assert.rejects(queue.next(), error);
  assert.deepEqual(await queue.next(), { done: true, value: undefined });
});

test("of many who wait for an event at the end, the first gets the error", async () => {
  const { queue } = queueThatIsLeft();
  const waiting = [queue.next(), queue.next()];
  queue.end(new Error("lost"));
  const results = await Promise.allSettled(waiting);
  assert.deepEqual(
    results.map(({ status }) => status),
    ["rejected", "fulfilled"],
  );
});

test("leaving forgets what waits, and tells who is to know", async () => {
  const { queue, left } = queueThatIsLeft();
  queue.push(event("1"));
  assert.deepEqual(await queue.return(), { done: true, value: undefined });
  assert.deepEqual(await queue.next(), { done: true, value: undefined });
  assert.deepEqual(left, [queue]);
});

const marks: [name: string, events: number, data: string][] = [
  ["1,024 events", 1_024, ""],
  ["1 Mi characters", 2, "x".repeat(524_288)],
  ["one huge event", 1, "x".repeat(2_000_000)],
];

for (const [name, events, data] of marks) {
  test(`asks for a pause when ${name} wait, until all are taken`, async () => {
    const { queue } = queueThatIsLeft();
    for (let n = 1; n < events; n++) assert.equal(queue.push(event(data)), undefined);
    let resumed = false;
    const room = queue.push(event(data))?.then(() => {
      resumed = true;
    });
    for (let n = 1; n < events; n++) await queue.next();
    assert.equal(resumed, false);
    await queue.next();
    await room;
    assert.equal(resumed, true);
  });
}

test("names and ids count as well", () => {
  const { queue } = queueThatIsLeft();
  const lastEventId = "x".repeat(524_288);
  assert.equal(queue.push(new MessageEvent("message", { lastEventId })), undefined);
  assert.notEqual(queue.push(new MessageEvent(lastEventId)), undefined);
});

test("whoever pauses for a queue goes on when it is left or ended", async () => {
  const huge = event("x".repeat(2_000_000));
  const leftOne = queueThatIsLeft().queue;
  const room = leftOne.push(huge);
  await leftOne.return();
  await room;
  const ended = queueThatIsLeft().queue;
  const other = ended.push(huge);
  ended.end();
  await other;
});

test("is its own iterator", () => {
  const { queue } = queueThatIsLeft();
  assert.equal(queue[Symbol.asyncIterator](), queue);
});
