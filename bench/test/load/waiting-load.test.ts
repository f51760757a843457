import assert from "node:assert/strict";
import { once } from "node:events";
import { type TestContext, test } from "node:test";
import { type RawData, WebSocket } from "ws";
import { type MessageKind, returnedMessages } from "../../src/load/messages.ts";
import { Disqualified } from "../../src/load/reply-checker.ts";
import { WaitingLoad } from "../../src/load/waiting-load.ts";

type Conduct = (ws: WebSocket, data: RawData, count: number) => void;

/** Clients of npm's ws that all do the same. */
interface Clients {
  readonly count: number;
  readonly kind: MessageKind;
}

async function loadWith(t: TestContext, conduct: Conduct, { count, kind }: Clients): Promise<WaitingLoad> {
  const load = await WaitingLoad.listen({ messages: returnedMessages(kind, 64), depth: 8, patience: 2_000 });
  t.after(() => load.close());
  const opened = load.open(count);
  for (let n = 0; n < count; n++) {
    const ws = new WebSocket(`ws://127.0.0.1:${load.target.port}`);
    let seen = 0;
    ws.on("message", (data) => conduct(ws, data, seen++));
    await once(ws, "open");
  }
  await opened;
  return load;
}

for (const kind of ["binary", "text"] satisfies MessageKind[]) {
  test(`clients of npm's ws echo our ${kind}, and every message is counted once`, async (t) => {
    const load = await loadWith(t, (ws, data) => ws.send(data, { binary: kind === "binary" }), { count: 3, kind });
    for (const count of [10, 1_000]) assert.equal((await load.exchange(count)).length, count);
  });
}

const lies: [name: string, conduct: Conduct, reason: RegExp][] = [
  ["answers with something else", (ws) => ws.send(Buffer.alloc(64)), /the payload of reply 0/],
  ["answers short", (ws, data) => ws.send(data.slice(1)), /the payload of reply 0/],
  ["drops a message", (ws, data, count) => (count === 5 ? undefined : ws.send(data)), /the payload of reply 5/],
  ["answers with text", (ws) => ws.send("x".repeat(64)), /reply 0 begins with 129/],
  [
    "says more than it was asked",
    (ws, data, count) =>
      count === 0
        ? Array(9)
            .fill(data)
            .map((own) => ws.send(own))
        : undefined,
    /reply 1/,
  ],
  ["never answers", () => {}, /silent/],
  ["hangs up", (ws) => ws.terminate(), /hung up/],
];
for (const [name, conduct, reason] of lies) {
  test(`a client that ${name} is disqualified`, async (t) => {
    const load = await loadWith(t, conduct, { count: 1, kind: "binary" });
    await assert.rejects(load.exchange(50), (error) => error instanceof Disqualified && reason.test(error.message));
  });
}
