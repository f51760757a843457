/** The long poll of the page: what it asks for, and how it goes on when a session has ended. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { ConnectionHandler, Ticket } from "../../../playground/wires/connection.ts";
import { PollConnection } from "../../../playground/wires/poll.ts";

const none: Ticket = { session: undefined, since: undefined, cursor: undefined };
const open = { event: "anywire:open", data: { session: "s", socket: "x", recovered: false } };

interface Answer {
  readonly status?: number;
  readonly body: unknown;
}

/** A server that gives these answers in turn, then none; the requests and calls it led to, in order. */
function poll(ticket: Ticket, answers: readonly Answer[]) {
  const requests: string[] = [];
  const calls: string[] = [];
  const left = [...answers];
  let isIdle = (): void => {};
  const idle = new Promise<void>((resolve) => {
    isIdle = resolve;
  });
  const answer = (address: URL): Promise<Response> => {
    requests.push(address.search);
    const next = left.shift();
    if (next === undefined) isIdle();
    if (next === undefined) return new Promise(() => {});
    return Promise.resolve(new Response(JSON.stringify(next.body), { status: next.status ?? 200 }));
  };
  const handler: ConnectionHandler = {
    opened: ({ session }) => calls.push(`opened ${session}`),
    continued: () => calls.push("continued"),
    caughtUp: () => calls.push("caught up"),
    queued: () => assert.fail("a poll waits for no permit"),
    received: ({ name }) => calls.push(name),
    lost: (why, retry) => {
      calls.push(`lost: ${why}, ${retry}`);
      isIdle();
    },
    traced: () => {},
  };
  const platform = {
    endpoint: new URL("http://server.test/anywire"),
    fetch: answer,
  } as unknown as ConstructorParameters<typeof PollConnection>[0]; // it touches nothing else of the platform
  const connection = new PollConnection(platform, ticket, handler);
  return { requests, calls, idle, connection };
}

const batch = (events: unknown[], next: string): Answer => ({ body: { events, next, session: "s" } });
const rooms = "?room=chat&room=stocks";

test("a first poll asks for the rooms, the next one brings the cursor back", async () => {
  const { requests, calls, idle, connection } = poll(none, [batch([open], "c.1~"), batch([{ event: "chat" }], "c.2~")]);
  await idle;
  assert.deepEqual(requests, [rooms, `${rooms}&session=s&since=c.1%7E`, `${rooms}&session=s&since=c.2%7E`]);
  assert.deepEqual(calls, ["opened s", "anywire:open", "chat"]);
  assert.equal(connection.cursor, "c.2~");
});

test("a session that was still open goes on: the first poll does not wait, and what it brings was missed", async () => {
  const missed = batch([{ event: "chat" }], "c.8~");
  const { requests, calls, idle } = poll({ session: "s", since: "m-2", cursor: "c.7~m-2" }, [missed]);
  await idle;
  assert.equal(requests[0], `${rooms}&session=s&since=c.7%7Em-2&wait=0`);
  assert.deepEqual(calls, ["continued", "chat", "caught up"]);
});

test("a session that has ended is given up, and the log asked by the last id alone", async () => {
  const gone = { status: 410, body: {} };
  const { requests, calls, idle } = poll({ session: "s", since: "m-2", cursor: "c.7~m-2" }, [
    gone,
    batch([open], "d.1~"),
  ]);
  await idle;
  assert.equal(requests[1], `${rooms}&since=m-2`);
  assert.deepEqual(calls, ["opened s", "anywire:open"]);
});

test("a session that ends meanwhile, a refusal and a close are losses; a close says when to come back", async () => {
  const close = batch([open, { event: "anywire:close", data: { retry: 1_200 } }], "c.1~");
  const losses: readonly [answers: Answer[], call: string][] = [
    [[batch([open], "c.1~"), { status: 410, body: {} }], "lost: the session has ended, undefined"],
    [[{ status: 503, body: {} }], "lost: status 503, undefined"],
    [[{ body: "no batch" }], "lost: status 200, undefined"],
    [[close], "lost: the server is closing, 1200"],
  ];
  for (const [answers, call] of losses) {
    const { calls, idle } = poll(none, answers);
    await idle;
    assert.equal(calls.at(-1), call);
  }
});

test("after a cut nothing is heard", async () => {
  const { calls, connection, requests } = poll(none, [batch([open], "c.1~")]);
  connection.cut();
  await new Promise(setImmediate);
  assert.deepEqual(calls, []);
  assert.equal(requests.length, 1);
});
