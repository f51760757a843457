/** Every known way by which text became events of its own in other libraries, tried here on a channel and on its history. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Channel } from "../src/channel.ts";
import { createChannel } from "../src/create-channel.ts";
import { endOfTick, openPaced } from "./paced-session.ts";
import { type ParsedEvent, parseStream } from "./reference-parser.ts";

type Field = "event" | "id" | "retry" | "data";

/** Who was hit, and through which fields of what a channel has. */
const advisories: [who: string, fields: readonly Field[]][] = [
  ["Hono CVE-2026-29085, GHSA-p6xx-57qc-3wxr", ["event", "id"]],
  ["Hono issue 5299: retry that is no number", ["retry"]],
  ["h3 CVE-2026-33128, GHSA-22cc-p3c6-wpvm", ["event", "id", "data"]],
  ["h3 GHSA-4hxc-9384-m385: CR alone", ["data"]],
  ["NestJS CVE-2026-35515, nestjs/nest#16686", ["event", "id", "retry"]],
  ["eventsource-encoder CVE-2026-44214, GHSA-m9g3-3g99-mhpx", ["event", "id", "data"]],
  ["sse-channel CVE-2026-44217, GHSA-84hm-wfh8-c5pg", ["event", "id", "retry"]],
  ["express-sse#60", ["event", "id"]],
  ["fastify-sse-v2#110", ["data", "event", "id"]],
  ["koa-sse#13", ["event", "id", "retry", "data"]],
  ["django-eventstream#185", ["event", "id", "data"]],
  ["javalin#2579 and #2580", ["event", "id"]],
  ["fastapi#15187", ["event", "id"]],
  ["wheels#2051", ["event", "id", "data"]],
  ["Spring 6e97587", ["event", "id"]],
  ["Mercure, Server-Sent Events Field Injection: CR, LF and NUL", ["event", "id", "retry", "data"]],
];

/** What an attacker writes who wants an event `admin`. */
const attacks: readonly string[] = ["\n", "\r", "\r\n", "\n\r"].flatMap((end) => [
  `x${end}event: admin${end}data: pwned${end}${end}`,
  `0${end}data: pwned${end}${end}event: admin${end}data: pwned${end}${end}`,
  `${end}${end}retry: 1${end}id: stolen${end}data: pwned${end}${end}`,
  `x${end}: ${end}data:pwned${end}${end}id`,
]);

/** What the program does with the attacker's text. */
const uses: Record<Field, (channel: Channel, text: string) => void> = {
  event: (channel, text) => channel.broadcast("hello", { event: text }),
  id: (channel, text) => channel.broadcast("hello", { id: text }),
  retry: (channel, text) => Reflect.apply(channel.close, channel, [{ retry: text }]),
  data: (channel, text) => channel.broadcast(text, { event: "chat", id: "1" }),
};

const refusals: Partial<Record<Field, string>> = { event: "bad-event", id: "bad-id", retry: "bad-retry" };

for (const [who, fields] of advisories) {
  describe(who, () => {
    for (const field of fields) {
      test(`a line end in ${field} forges nothing, live and replayed`, async () => {
        for (const text of attacks) await assertHarmless(field, text);
      });
    }
  });
}

async function assertHarmless(field: Field, text: string): Promise<void> {
  const channel = createChannel({ history: true });
  const live = openPaced({ retry: 3_000 });
  const { id: beginning = "" } = channel.register(live.session);
  const code = refusals[field];
  if (code === undefined) uses[field](channel, text);
  else assert.throws(() => uses[field](channel, text), { name: "EventStreamError", code });
  channel.broadcast("honest", { id: "2" });
  const late = openPaced({ retry: 3_000, lastEventId: beginning });
  channel.register(late.session);
  await endOfTick();
  const sent: ParsedEvent = { type: "chat", data: text.replace(/\r\n?/g, "\n"), lastEventId: "1" };
  const honest: ParsedEvent = { type: "message", data: "honest", lastEventId: "2" };
  for (const { sink } of [live, late]) {
    const stream = parseStream(sink.text);
    assert.deepEqual(stream.events, field === "data" ? [sent, honest] : [honest]);
    assert.equal(stream.reconnectionTime, 3_000);
  }
}

for (const field of ["event", "id", "retry"] as const) {
  test(`NUL in ${field} is refused`, () => {
    assert.throws(() => uses[field](createChannel(), "1\0"), { code: refusals[field] });
  });
}

test("a list from a query string that holds a line end is refused as a name and as an id", () => {
  for (const field of ["event", "id"]) {
    const channel = createChannel();
    const options = { [field]: ["a\ndata: pwned\n\n"] };
    assert.throws(() => Reflect.apply(channel.broadcast, channel, ["", options]), { name: "EventStreamError" });
  }
});

test("a key does not reach the client", async () => {
  const channel = createChannel({ slow: "conflate" });
  const { session, sink } = openPaced();
  channel.register(session);
  for (const key of attacks) channel.broadcast("hello", { key });
  await endOfTick();
  assert.ok(sink.events.every(({ type, data }) => type === "message" && data === "hello"));
});

test("what a client names as its last id leads nowhere that it was not, whatever it names", () => {
  const channel = createChannel({ history: true });
  const id = channel.broadcast("secret") ?? "";
  const names = [
    ...attacks,
    "__proto__",
    "constructor",
    "0",
    "-1",
    "*",
    `${id}0`,
    ` ${id}`,
    `${id} `,
    id.slice(1),
    id.toUpperCase(),
  ];
  for (const lastEventId of names) {
    if (lastEventId === id) continue; // its letters are digits alone
    assert.deepEqual(channel.register(openPaced({ lastEventId }).session), { replayed: 0, missed: true, id });
  }
});

test("authorisation is asked again on replay (Mercure, Authorization on Event Replay)", async () => {
  const channel = createChannel<undefined, string>({ history: true });
  const { id: lastEventId = "" } = channel.register(openPaced({ state: "anyone" }).session);
  const subscribers = new Set(["alice", "bob"]);
  channel.broadcast("for subscribers", { filter: ({ state }) => subscribers.has(state) });
  subscribers.delete("bob");
  const back = ["alice", "bob", "mallory"].map((state) => openPaced({ state, lastEventId }));
  for (const { session } of back) channel.register(session);
  await endOfTick();
  assert.deepEqual(
    back.map(({ heard }) => heard()),
    [["for subscribers"], [], []],
  );
});
