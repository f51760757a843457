/** Seeded fuzz of a whole server: damaged packets of both protocols, over WebSocket and by polling. It lives, answers the next client, and keeps nothing. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { mutate } from "../../../scripts/test/mutation.ts";
import { Random } from "../../../scripts/test/random.ts";
import { patience, RawHouse } from "./raw-house.ts";

/** Engine.io's answers to a POST. */
const documented = new Set([200, 400, 403, 404, 413]);

const rounds = 60;

/** Messages of Engine.IO, as a WebSocket carries them. */
const corpus: readonly (string | Buffer)[] = [
  "40",
  '40{"token":"x","pid":"a","offset":"b"}',
  "40/a,",
  '40/a?x=y,{"token":null}',
  "41",
  "41/a,",
  '42["echo",1,"two",{"three":[4,null,true]}]',
  '4212["echo"]',
  '42/a,7["join","room"]',
  '42["leave",["room",5]]',
  '42["error",{"message":"x"}]',
  '42[1,"number"]',
  "430[]",
  '43/a,12["x"]',
  '44{"message":"x"}',
  '451-["echo",{"_placeholder":true,"num":0}]',
  '452-/a,3["echo",{"_placeholder":true,"num":1},{"x":{"_placeholder":true,"num":0}}]',
  '461-0[{"_placeholder":true,"num":0}]',
  "2probe",
  "2",
  "3",
  "5",
  "6",
  Buffer.from([1, 2, 3]),
  Buffer.from([4, 1, 2, 3]),
];

const words = [
  "/",
  "/a,",
  ",",
  "[",
  "]",
  "{}",
  '"',
  "\\u0000",
  "_placeholder",
  '{"_placeholder":true,"num":-1}',
  '{"_placeholder":true,"num":"__proto__"}',
  "__proto__",
  "constructor",
  "1e999",
  "99999999999999999999",
  "-",
  "51-",
  "50-",
  "connect",
  "disconnect",
  "newListener",
  "\xff",
  "\0",
];

async function openHouse(t: Parameters<typeof RawHouse.open>[0]): Promise<RawHouse> {
  const house = await RawHouse.open(t, { cleanupEmptyChildNamespaces: true, maxAttachments: 10, maxDepth: 100 });
  for (const namespace of [house.io.sockets, house.io.of(/^\/\w+$/)]) {
    namespace.use((socket, next) => next(socket.handshake.auth.token === "no" ? new Error("no") : undefined));
    namespace.on("connection", (socket) => {
      socket.use((_event, next) => next());
      socket.on("sane", (answer) => answer("yes"));
      socket.on("echo", (...args) => socket.emit("echo", ...args));
      socket.on("join", (room) => socket.join(String(room)));
      socket.on("leave", (room) => socket.leave(String(room)));
      socket.emit("ask", () => {});
    });
  }
  return house;
}

/** Damaged or not, and whether it is binary. */
function packetOf(random: Random): { readonly data: Buffer; readonly binary: boolean } {
  const packet = random.pick(corpus);
  const bytes = Buffer.from(packet);
  return { data: random.below(3) === 0 ? bytes : mutate(random, bytes, words), binary: typeof packet !== "string" };
}

/** Whoever comes now is served, and when all have gone nothing is left of them. */
async function assertSane(house: RawHouse, protocol: 3 | 4): Promise<void> {
  const client = await house.client(`EIO=${protocol}`);
  assert.match(String(await client.next()), /^42\d+\["ask"\]$/);
  assert.equal(await client.send('427["sane"]').next(), '437["yes"]');
  client.socket.terminate();
  await house.emptied();
  assert.equal(house.io.stats().namespaces, 1);
  assert.deepEqual(house.errors, []);
}

for (const protocol of [4, 3] as const) {
  test(`damaged packets over WebSocket, EIO ${protocol}`, patience, async (t) => {
    const house = await openHouse(t);
    const random = new Random(protocol);
    const one = async (): Promise<void> => {
      const client = await house.session(`EIO=${protocol}`);
      if (protocol === 4 && random.below(4) > 0) client.send("40");
      for (let count = 1 + random.below(8); count > 0; count--) {
        const { data, binary } = packetOf(random);
        client.socket.send(data, { binary });
      }
      if (random.below(2) === 0) client.socket.close();
      else client.socket.send(Buffer.from("1"), { binary: false });
      await client.closed;
    };
    for (let round = 0; round < rounds; round++) await Promise.all(Array.from({ length: 5 }, one));
    await assertSane(house, protocol);
  });

  test(`damaged packets by polling, EIO ${protocol}`, patience, async (t) => {
    const house = await openHouse(t);
    const random = new Random(protocol + 10);
    const one = async (): Promise<void> => {
      const query = `EIO=${protocol}&transport=polling&sid=${await house.poll(`EIO=${protocol}`)}`;
      const packets = ["40", ...Array.from({ length: random.below(6) }, () => textOf(random))];
      const body = Buffer.from(protocol === 4 ? packets.join("\x1e") : packets.map(framed).join(""));
      const posted = await house.ask(query, {
        method: "POST",
        body: random.below(3) > 0 ? body : mutate(random, body, words),
      });
      assert.ok(documented.has(posted.status), `${JSON.stringify(packets)} got ${posted.status}`);
      if (posted.status === 200) assert.ok(documented.has((await house.ask(query)).status));
      await house.ask(query, { method: "POST", body: protocol === 4 ? "1" : "1:1" });
    };
    for (let round = 0; round < rounds; round++) await Promise.all(Array.from({ length: 5 }, one));
    await assertSane(house, protocol);
  });
}

function textOf(random: Random): string {
  const { data, binary } = packetOf(random);
  return binary ? `b${data.toString("base64")}` : data.toString();
}

function framed(packet: string): string {
  return `${packet.length}:${packet}`;
}
