/**
 * Every known way by which text became events of its own in other libraries, tried from end to end: what `createSession` and
 * `createResponse` send is read by npm's eventsource, by ours and as bytes, and stays one event.
 */

import assert from "node:assert/strict";
import { createServer, type ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { describe, type TestContext, test } from "node:test";
import { EventSource as NpmEventSource } from "eventsource";
import { EventSource } from "../src/index.ts";
import { createChannel, createResponse, createSession, EventStreamError, type Session } from "../src/server.ts";
import { listen } from "./listen.ts";
import { parseStream } from "./reference-parser.ts";

type Field = "event" | "id" | "retry" | "comment" | "data" | "item" | "chunk" | "broadcast" | "header";

/** Who was hit, and through which of what a program can give a session. */
const advisories: readonly [who: string, fields: readonly Field[]][] = [
  ["Hono CVE-2026-29085, GHSA-p6xx-57qc-3wxr", ["event", "id"]],
  ["h3 CVE-2026-33128, GHSA-22cc-p3c6-wpvm", ["event", "id", "data"]],
  ["h3 GHSA-4hxc-9384-m385: CR alone", ["data", "comment"]],
  ["NestJS CVE-2026-35515, nestjs/nest#16686", ["event", "id", "retry"]],
  ["eventsource-encoder CVE-2026-44214, GHSA-m9g3-3g99-mhpx", ["event", "id", "data", "comment"]],
  ["sse-channel CVE-2026-44217, GHSA-84hm-wfh8-c5pg", ["event", "id", "retry", "broadcast"]],
  ["express-sse#60", ["event", "id"]],
  ["fastify-sse-v2#110", ["data", "event", "id", "comment", "item"]],
  ["koa-sse#13", ["event", "id", "retry", "data"]],
  ["django-eventstream#185", ["event", "id", "broadcast"]],
  ["javalin#2579 and #2580", ["event", "id"]],
  ["fastapi#15187", ["event", "id", "item"]],
  ["wheels#2051", ["event", "id", "data", "comment"]],
  ["Spring 6e97587", ["event", "id", "comment"]],
  [
    "Mercure, Server-Sent Events Field Injection",
    ["event", "id", "retry", "data", "comment", "item", "chunk", "broadcast"],
  ],
  ["undici CVE-2026-1527, GHSA-4992-7rv2-5pvq: line ends in headers", ["header"]],
];

/** What an attacker writes who wants an event `admin`. */
const attacks: readonly string[] = ["\n", "\r", "\r\n", "\n\r"].flatMap((end) => [
  `x${end}event: admin${end}data: pwned${end}${end}`,
  `${end}${end}retry: 1${end}id: stolen${end}event: admin${end}data: pwned${end}${end}`,
  `x${end}: ${end}event:admin${end}data:pwned${end}${end}id`,
]);

/** What the program does with the attacker's text. Where it is let through, it is the data of one event. */
const uses: Readonly<Record<Exclude<Field, "header">, (session: Session, text: string) => unknown>> = {
  event: (session, text) => session.push("hello", { event: text }),
  id: (session, text) => session.push("hello", { id: text }),
  retry: (session, text) => Reflect.apply(session.retry, session, [text]),
  comment: (session, text) => session.comment(text),
  data: (session, text) => session.push(text),
  item: (session, text) => session.iterate([text]),
  chunk: (session, text) => session.stream(Readable.from([text])),
  broadcast: (session, text) => {
    const channel = createChannel<undefined, undefined>();
    channel.register(session);
    channel.broadcast(text, { id: "7" });
  },
};

/** All attacks by way of one field, then a last event. @returns how many were refused */
async function attack(session: Session, field: Exclude<Field, "header">): Promise<number> {
  let refused = 0;
  for (const text of attacks) {
    try {
      await uses[field](session, text);
    } catch (error) {
      assert.ok(error instanceof EventStreamError);
      refused++;
    }
  }
  session.push("end", { event: "end", id: "last" });
  return refused;
}

interface Heard {
  readonly messages: readonly string[];
  readonly admin: number;
  readonly lastEventId: string;
}

/** Until the event `end`, by a client of the standard's interface. */
function hear(t: TestContext, Source: typeof NpmEventSource | typeof EventSource, url: string): Promise<Heard> {
  const source = new Source(url);
  t.after(() => source.close());
  const messages: string[] = [];
  let admin = 0;
  source.addEventListener("message", ({ data }: MessageEvent) => messages.push(data));
  source.addEventListener("admin", () => admin++);
  return new Promise((resolve) => {
    source.addEventListener("end", ({ lastEventId }: MessageEvent) => {
      source.close();
      resolve({ messages, admin, lastEventId });
    });
  });
}

/** As an event source hears it. */
function hearBytes(bytes: string): Heard {
  const { events } = parseStream(bytes);
  return {
    messages: events.filter(({ type }) => type === "message").map(({ data }) => data),
    admin: events.filter(({ type }) => type === "admin").length,
    lastEventId: events.at(-1)?.lastEventId ?? "",
  };
}

const refusing: readonly Field[] = ["event", "id", "retry"];
const silent: readonly Field[] = [...refusing, "comment"];

/** The two ways to a session. */
const ways: readonly [name: string, answer: (field: Exclude<Field, "header">, response: ServerResponse) => unknown][] =
  [
    [
      "createSession",
      async (field, response) => {
        const session: Session = createSession({ headers: {} }, response);
        const refused = await attack(session, field);
        assert.equal(refused, refusing.includes(field) ? attacks.length : 0);
        session.close();
      },
    ],
    [
      "createResponse",
      (field, response) => {
        const { body, headers } = createResponse(new Request("http://x/"), async (session) => {
          await attack(session, field);
          session.close();
        });
        response.setHeaders(headers);
        if (body !== null) Readable.fromWeb(body as never).pipe(response);
      },
    ],
  ];

async function assertHarmless(t: TestContext, field: Exclude<Field, "header">): Promise<void> {
  const lines = attacks.map((text) => text.replace(/\r\n?/g, "\n"));
  const expected: Heard = { messages: silent.includes(field) ? [] : lines, admin: 0, lastEventId: "last" };
  for (const [, answer] of ways) {
    const url = await listen(
      t,
      createServer((_request, response) => void answer(field, response)),
    );
    assert.deepEqual(await hear(t, EventSource, url), expected);
    assert.deepEqual(await hear(t, NpmEventSource, url), expected);
    assert.deepEqual(hearBytes(await (await fetch(url)).text()), expected);
  }
}

for (const [who, fields] of advisories) {
  describe(who, () => {
    for (const field of fields) {
      test(`a line end in ${field} forges nothing, whoever reads`, async (t) => {
        if (field === "header") assertNoHeader();
        else await assertHarmless(t, field);
      });
    }
  });
}

function assertNoHeader(): void {
  for (const value of attacks) {
    for (const headers of [{ "X-Name": value }, { [value]: "x" }, { "X-Name": ["a", value] }]) {
      const create = (): Response => createResponse(new Request("http://x/"), { headers }, () => assert.fail());
      assert.throws(create, { name: "EventStreamError", code: "bad-header" });
    }
  }
}

test("NUL is refused in names and ids by both ways to a session", async () => {
  for (const field of ["event", "id"] as const) {
    const create = (): Response => createResponse(new Request("http://x/"), (session) => uses[field](session, "1\0"));
    assert.throws(create, { name: "EventStreamError", code: `bad-${field}` });
  }
});

test("an id with NUL is ignored by our client, and what it comes back with is the id before (§9.2.6)", async (t) => {
  const asked: unknown[] = [];
  const url = await listen(
    t,
    createServer((request, response) => {
      asked.push(request.headers["last-event-id"]);
      response.writeHead(200, { "Content-Type": "text/event-stream" });
      response.end("retry: 0\nid: good\ndata: x\n\nid: b\0ad\ndata: y\n\n");
    }),
  );
  const source = new EventSource(url);
  t.after(() => source.close());
  await new Promise<void>((resolve) => {
    source.onmessage = () => asked.length === 2 && resolve();
  });
  assert.deepEqual(asked, [undefined, "good"]);
});

test("what comes in a request is not what goes out in the head", async (t) => {
  const url = await listen(
    t,
    createServer((request, response) => createSession(request, response).close()),
  );
  const response = await fetch(`${url}/?lastEventId=%0d%0aX-Evil:%201`, { headers: { "Last-Event-ID": "evil" } });
  assert.equal(response.headers.get("x-evil"), null);
  assert.doesNotMatch(await text(response.body ?? assert.fail()), /evil/i);
});

test("authorisation is asked again on replay, over the wire (Mercure, Authorization on Event Replay)", async (t) => {
  const channel = createChannel<undefined, string>({ history: true });
  const subscribers = new Set(["alice", "bob"]);
  const beginning = channel.broadcast("for all");
  channel.broadcast("for subscribers", { filter: ({ state }) => subscribers.has(state) });
  subscribers.delete("bob");
  const server = createServer((request, response) => {
    const session = createSession<string>(request, response, { state: request.url?.slice(1) ?? "" });
    channel.register(session);
    session.push("", { event: "end" });
  });
  const url = await listen(t, server);
  for (const [who, expected] of [
    ["alice", ["for subscribers"]],
    ["bob", []],
    ["mallory", []],
  ] as const) {
    const source = new EventSource(`${url}/${who}`, { lastEventId: beginning });
    const data: string[] = [];
    for await (const event of source) {
      if (event.type === "end") break;
      data.push(event.data);
    }
    assert.deepEqual(data, expected);
  }
});
