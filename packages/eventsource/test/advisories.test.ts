/** Every known way by which text became events of its own in other libraries, tried here on a whole session. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Heartbeats, systemClock } from "../src/heartbeats.ts";
import { lastEventIdOf } from "../src/node/last-event-id.ts";
import { resolveSessionOptions } from "../src/options.ts";
import { encodeEvent } from "../src/server.ts";
import { Session } from "../src/session.ts";
import { MemorySink } from "./memory-sink.ts";
import { type ParsedEvent, parseStream } from "./reference-parser.ts";

type Field = "event" | "id" | "retry" | "comment" | "data";

/** Who was hit, and through which fields. */
const advisories: [who: string, fields: readonly Field[]][] = [
  ["Hono CVE-2026-29085, GHSA-p6xx-57qc-3wxr", ["event", "id"]],
  ["Hono issue 5299: retry that is no number", ["retry"]],
  ["h3 CVE-2026-33128, GHSA-22cc-p3c6-wpvm", ["event", "id", "data"]],
  ["h3 GHSA-4hxc-9384-m385: CR alone", ["data", "comment"]],
  ["NestJS CVE-2026-35515, nestjs/nest#16686", ["event", "id", "retry"]],
  ["eventsource-encoder CVE-2026-44214, GHSA-m9g3-3g99-mhpx", ["event", "id", "data", "comment"]],
  ["sse-channel CVE-2026-44217, GHSA-84hm-wfh8-c5pg", ["event", "id", "retry"]],
  ["express-sse#60", ["event", "id"]],
  ["fastify-sse-v2#110", ["data", "event", "id", "comment"]],
  ["koa-sse#13", ["event", "id", "retry", "data"]],
  ["django-eventstream#185", ["event", "id", "data"]],
  ["javalin#2579 and #2580", ["event", "id"]],
  ["fastapi#15187", ["event", "id"]],
  ["wheels#2051", ["event", "id", "data", "comment"]],
  ["Spring 6e97587", ["event", "id", "comment"]],
  ["Mercure, Server-Sent Events Field Injection: CR, LF and NUL", ["event", "id", "retry", "data", "comment"]],
];

const lineEnds = ["\n", "\r", "\r\n", "\n\r"];

/** What an attacker writes who wants an event `admin`. */
const attacks: readonly string[] = lineEnds.flatMap((end) => [
  `x${end}event: admin${end}data: pwned${end}${end}`,
  `0${end}data: pwned${end}${end}event: admin${end}data: pwned${end}${end}`,
  `${end}${end}retry: 1${end}id: stolen${end}data: pwned${end}${end}`,
  `x${end}: ${end}data:pwned${end}${end}id`,
]);

function open(): { readonly session: Session; readonly sink: MemorySink } {
  let sink: MemorySink | undefined;
  const session = new Session({
    open: (handler) => {
      sink = new MemorySink(handler);
      return sink;
    },
    lastEventId: "",
    heartbeats: new Heartbeats(systemClock),
    options: resolveSessionOptions({ heartbeat: false }),
  });
  assert.ok(sink);
  return { session, sink };
}

/** What the program does with the attacker's text. */
const uses: Record<Field, (session: Session, text: string) => void> = {
  event: (session, text) => session.push("hello", { event: text }),
  id: (session, text) => session.push("hello", { id: text }),
  retry: (session, text) => Reflect.apply(session.retry, session, [text]),
  comment: (session, text) => session.comment(text),
  data: (session, text) => session.push(text, { event: "chat", id: "1" }),
};

const refusals: Partial<Record<Field, string>> = { event: "bad-event", id: "bad-id", retry: "bad-retry" };

for (const [who, fields] of advisories) {
  describe(who, () => {
    for (const field of fields) {
      test(`a line end in ${field} forges nothing`, () => {
        for (const text of attacks) assertHarmless(field, text);
      });
    }
  });
}

function assertHarmless(field: Field, text: string): void {
  const { session, sink } = open();
  const code = refusals[field];
  if (code === undefined) uses[field](session, text);
  else assert.throws(() => uses[field](session, text), { name: "EventStreamError", code });
  session.push("honest", { id: "2" });
  session.flush();
  const stream = parseStream(sink.text);
  const sent: ParsedEvent = { type: "chat", data: text.replace(/\r\n?/g, "\n"), lastEventId: "1" };
  const honest: ParsedEvent = { type: "message", data: "honest", lastEventId: "2" };
  assert.deepEqual(stream.events, field === "data" ? [sent, honest] : [honest]);
  assert.equal(stream.reconnectionTime, 3_000);
}

for (const field of ["event", "id", "retry"] as const) {
  test(`NUL in ${field} is refused`, () => {
    const { session } = open();
    assert.throws(() => uses[field](session, "1\0"), { code: refusals[field] });
  });
}

test("a list from a query string that holds a line end is refused as a name and as an id", () => {
  for (const field of ["event", "id"]) {
    const fields = { data: "", [field]: ["a\ndata: pwned\n\n"] };
    assert.throws(() => Reflect.apply(encodeEvent, undefined, [fields]), { name: "EventStreamError" });
  }
});

test("what a client names as its last id can be sent back as an id without harm", () => {
  const request = { url: "/?lastEventId=1%0Adata:%20pwned%0A%0A", headers: {} };
  assert.equal(parseStream(encodeEvent({ data: "a", id: lastEventIdOf(request) })).events.length, 1);
});
