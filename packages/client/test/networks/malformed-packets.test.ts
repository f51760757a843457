/** Servers that say the wrong thing once a session is open: it closes with a reason or goes on, and the client's process lives. */

import assert from "node:assert/strict";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { after, before, type TestContext, test } from "node:test";
import { type WebSocket, WebSocketServer } from "ws";
import { Random } from "../../../../scripts/test/random.ts";
import { Guest } from "./guest.ts";

const patience = { timeout: 30_000 };
let guest: Guest;

before(() => {
  guest = new Guest();
});
after(() => guest.close());

type Said = string | Buffer;

const opening = '0{"sid":"s","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}';
const greeting = '40{"sid":"a"}';

/** @param say in answer to the client that asks for its namespace */
async function serve(t: TestContext, say: (line: WebSocket) => void): Promise<{ url: string; opened(): number }> {
  let opened = 0;
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  server.on("connection", (line) => {
    opened += 1;
    line.on("error", () => {});
    line.send(opening);
    line.once("message", () => say(line));
  });
  t.after(() => {
    for (const line of server.clients) line.terminate();
    server.close();
  });
  await once(server, "listening");
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, opened: () => opened };
}

const deep = `42["x",${"[".repeat(100_000)}${"]".repeat(100_000)}]`;
const bytes = Buffer.from([1, 2, 3]);

/** The session goes on: what comes behind is heard. */
const ignored: readonly [name: string, ...said: Said[]][] = [
  ["acks that nobody asked for", "431[]", '4399["x"]', "439007199254740991[]"],
  ["another handshake", opening, '0{"sid":"t"}', "0"],
  ["packets of sessions that are out of place", "3", "3probe", "5", "6"],
  [
    "events of namespaces that it is not in",
    '42/other,["x"]',
    '40/other,{"sid":"b"}',
    "41/other,",
    '44/other,{"message":"no"}',
  ],
  ["another greeting", greeting, '40{"sid":"b","pid":"p"}'],
  [
    "names from the prototype of all",
    '42["__proto__",1]',
    '42["constructor"]',
    '42["hasOwnProperty",{"__proto__":{"x":1}}]',
  ],
  ["an answer that is an error for nobody", '4477{"message":"no"}'],
];

const parse = "disconnect parse error";
const ended: readonly [name: string, reason: string, ...said: Said[]][] = [
  ["no packet of Socket.IO", parse, "4x"],
  ["a type of its own", parse, "49"],
  ["a message without anything", parse, "4"],
  ["an event that is no list", parse, '42{"a":1}'],
  ["an event without a name", parse, "42[]"],
  ["an event with null for its name", parse, "42[null]"],
  ["bad JSON", parse, '42["x"'],
  ["an ack that is no list", parse, '431{"a":1}'],
  ["a disconnection with data", parse, '41{"a":1}'],
  ["a refusal that is a number", parse, "447"],
  ["a greeting that is text", parse, '40"x"'],
  ["attachments that were not announced", parse, bytes],
  ["attachments that do not come", parse, '451-["x",{"_placeholder":true,"num":0}]', '42["y"]'],
  ["an attachment that is not there", parse, '451-["x",{"_placeholder":true,"num":5}]', bytes],
  ["no number of attachments", parse, '45["x"]'],
  ["a number of attachments that is none", parse, '45x-["x"]'],
  ["more attachments than there can be", parse, '45999999999-["x"]'],
  ["an ack id beyond all numbers", parse, `43${"9".repeat(400)}[]`],
  ["nesting without end", parse, deep],
  ["no packet of Engine.IO", "disconnect transport error", "x"],
  ["an empty message", "disconnect transport error", ""],
  ["the namespace is over", "disconnect io server disconnect", "41"],
];

const visit = { transports: ["websocket"] };

for (const [name, ...said] of ignored) {
  test(`goes on after ${name}`, patience, async (t) => {
    const { url } = await serve(t, (line) => {
      for (const each of [greeting, ...said, '42["sane"]']) line.send(each);
    });
    const { diary } = await guest.visit({ url, options: visit, ends: 1 });
    assert.deepEqual(diary, ["connect", "sane"]);
  });
}

for (const [name, reason, ...said] of ended) {
  test(`ends at ${name}`, patience, async (t) => {
    const { url, opened } = await serve(t, (line) => {
      for (const each of [greeting, ...said, '42["sane"]']) line.send(each);
    });
    const ends = reason === "disconnect io server disconnect" ? 1 : 2;
    const { diary } = await guest.visit({ url, options: visit, ends });
    assert.deepEqual(diary, Array(ends).fill(["connect", reason]).flat());
    assert.equal(opened(), ends);
  });
}

const early: readonly [name: string, reason: RegExp, ...said: Said[]][] = [
  ["events before it is let in", /^sane$/, '42["sane"]', greeting],
  ["a greeting without a name", /^connect_error It seems you are trying to reach a Socket.IO server in v2/, "40"],
  ["a refusal without words", /^(connect_error|disconnect) /, "44"],
  ["a refusal that is null", /^(connect_error|disconnect) /, "44null"],
];

for (const [name, reason, ...said] of early) {
  test(`before the greeting: ${name}`, patience, async (t) => {
    const { url } = await serve(t, (line) => {
      for (const each of said) line.send(each);
    });
    const { diary } = await guest.visit({ url, options: visit, ends: 1 });
    assert.match(diary.find((line) => line !== "connect") ?? "", reason);
  });
}

/** Pieces of what servers say, right and wrong. */
const pieces: readonly Said[] = [...ignored, ...ended]
  .flatMap(([, ...said]) => said)
  .concat(greeting, "2", "40", bytes);

test("whatever servers say, in any order", { timeout: 60_000 }, async (t) => {
  const random = new Random(21);
  const say = (line: WebSocket): void => {
    if (random.below(4) > 0) line.send(greeting);
    for (let left = random.below(12); left > 0; left--) {
      const said = random.pick(pieces);
      const at = random.below(said.length + 1);
      const damaged = typeof said === "string" ? said.slice(0, at) + random.pick(["", "9", "[", '"', ",", "-"]) : said;
      line.send(random.below(3) === 0 ? damaged : said);
    }
    line.close();
  };
  const { url } = await serve(t, say);
  const heaps: number[] = [];
  for (let round = 0; round < 60; round++) {
    const { heap } = await guest.visit({ url, options: { ...visit, reconnection: false }, ends: 1 });
    heaps.push(heap);
  }
  assert.ok(Math.max(...heaps) < 300e6, `${Math.max(...heaps)} bytes`);
});
