/** Several tabs on one session, in exact packets: each is a socket of its own, and none hears or ends another's. */

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { type TestContext, test } from "node:test";
import type { Packet } from "@anywire/protocol/socket";
import type { ServerOptions } from "../../src/index.ts";
import type { Socket } from "../../src/socket.ts";
import type { RawClient } from "../raw-client.ts";
import { patience, RawHouse, socketsOf, until } from "../raw-house.ts";

const require = createRequire(import.meta.url);
const ours = "EIO=4&anywire=1";

interface Stage {
  readonly house: RawHouse;
  readonly client: RawClient;
  /** Of the tabs a and b, in this order. */
  readonly sockets: readonly [Socket, Socket];
}

/** A session whose tabs a and b are in `/`. */
async function twoTabs(t: TestContext, options: Partial<ServerOptions> = {}): Promise<Stage> {
  const house = await RawHouse.open(t, options);
  const client = await house.session(ours);
  assert.match(String(await client.enter("/#a")), /^40\/#a,\{"sid":"[^"]+"/);
  assert.match(String(await client.enter("/#b")), /^40\/#b,\{"sid":"[^"]+"/);
  const [a, b] = socketsOf(house);
  assert.ok(a !== undefined && b !== undefined);
  return { house, client, sockets: [a, b] };
}
/** Of maps that programs reach for, though types do not show them. */
function namesOf(socket: { readonly client: object } | undefined, map: "nsps" | "sockets"): unknown[] {
  const found: unknown = Reflect.get(Object(socket?.client), map);
  assert.ok(found instanceof Map);
  return [...found.keys()];
}

test("each tab has an id, rooms and a client of its own, on one session", patience, async (t) => {
  const { house, client, sockets } = await twoTabs(t);
  const [a, b] = sockets;
  house.io.of("/chat");
  assert.match(String(await client.enter("/chat#a")), /^40\/chat#a,/);
  assert.equal(house.io.engine.clientsCount, 1);
  assert.notEqual(a.id, b.id);
  assert.equal(a.client.id, b.client.id);
  assert.deepEqual(namesOf(a, "nsps"), ["/", "/chat"]);
  assert.deepEqual(namesOf(b, "sockets"), [b.id]);
  void a.join("room");
  house.io.to("room").emit("1");
  house.io.to(b.id).emit("2");
  house.io.of("/chat").emit("3");
  a.emit("4", "é");
  assert.deepEqual(await client.several(4), ['42/#a,["1"]', '42/#b,["2"]', '42/chat#a,["3"]', '42/#a,["4","é"]']);
});

test("a broadcast reaches every tab and the ordinary socket beside them, binary data too", patience, async (t) => {
  const { house, client } = await twoTabs(t);
  await client.enter();
  house.io.emit("a", Buffer.from([1]), new Uint8Array(20_000));
  house.io.emit("b");
  const header = (nsp: string): string => `452-${nsp}["a",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]`;
  const binary = [Buffer.from([1]), Buffer.alloc(20_000)];
  assert.deepEqual(await client.several(12), [
    ...[header("/#a,"), ...binary, '42/#a,["b"]'],
    ...[header("/#b,"), ...binary, '42/#b,["b"]'],
    ...[header(""), ...binary, '42["b"]'],
  ]);
});

test("acks pass in both directions, with binary data and errors", patience, async (t) => {
  const { client, sockets, house } = await twoTabs(t);
  const [a, b] = sockets;
  a.on("who", (answer) => answer("a", Buffer.from([1])));
  b.on("who", () => Promise.reject(new Error("no")));
  client.send('42/#a,7["who"]', '42/#b,7["who"]');
  assert.deepEqual(await client.several(3), [
    '461-/#a,7["a",{"_placeholder":true,"num":0}]',
    Buffer.from([1]),
    '44/#b,7{"code":"handler-error","message":"no"}',
  ]);
  assert.equal(house.reports.length, 1);
  const answers = house.io.timeout(50_000).emitWithAck("all");
  const asked = await client.several(2);
  const id = /,(\d+)\[/.exec(String(asked[0]))?.[1];
  assert.deepEqual(asked, [`42/#a,${id}["all"]`, `42/#b,${id}["all"]`]);
  client.send(`43/#b,${id}["of b"]`, `461-/#a,${id}[{"_placeholder":true,"num":0}]`, Buffer.from([2]));
  assert.deepEqual(await answers, ["of b", Buffer.from([2])]);
});

test("a tab that leaves, or is sent away, leaves the others in", patience, async (t) => {
  const { house, client, sockets } = await twoTabs(t);
  const [a, b] = sockets;
  house.io.of("/chat").on("connection", (socket) => socket.emit("hello"));
  client.send("40/chat#a,");
  assert.match(String((await client.several(2))[0]), /^40\/chat#a,/);
  a.disconnect(true);
  assert.deepEqual(await client.several(2), ["41/#a,", "41/chat#a,"]);
  assert.ok(b.connected && a.disconnected);
  client.send('42/#a,["under way"]');
  assert.match(String(await client.enter("/#a")), /^40\/#a,/);
  client.send("41/#a,");
  await until(() => socketsOf(house).length === 1);
  b.disconnect(true);
  assert.equal(await client.next(), "41/#b,");
  assert.equal(await client.closed, 1005);
  await house.emptied();
});

test("whoever waits for an answer of a tab that is sent away is sent away too", patience, async (t) => {
  const { house, client, sockets } = await twoTabs(t);
  house.io.of("/slow").use(() => {});
  client.send("40/slow#a,", '42/#b,1["sane"]');
  sockets[1].on("sane", (answer) => answer());
  assert.equal(await client.next(), "43/#b,1[]");
  sockets[0].disconnect(true);
  assert.deepEqual(await client.several(2), ["41/#a,", "41/slow#a,"]);
});

test("the end of the session is the end of all its tabs", patience, async (t) => {
  const { client, sockets, house } = await twoTabs(t);
  const reasons: string[] = [];
  for (const socket of sockets) socket.on("disconnect", (reason) => reasons.push(reason));
  client.socket.terminate();
  await house.emptied();
  assert.deepEqual(reasons, ["transport close", "transport close"]);
});

test(
  "each tab is recovered by its own pid and offset, on a session and under a name that may be new",
  patience,
  async (t) => {
    const { house, client, sockets } = await twoTabs(t, { connectionStateRecovery: {} });
    const [a, b] = sockets;
    void a.join("of a");
    house.io.emit("all");
    const offsets = (await client.several(2)).map((text) => /"all","([^"]+)"/.exec(String(text))?.[1]);
    assert.ok(offsets[0] !== undefined && offsets[0] === offsets[1]);
    const [pidOfA, pidOfB] = sockets.map((socket) => socket.session?.secret);
    client.socket.terminate();
    await until(() => socketsOf(house).length === 0);
    house.io.to("of a").emit("missed");
    const again = await house.session(ours);
    again.send(
      `40/#c,${JSON.stringify({ pid: pidOfB, offset: offsets[0] })}`,
      `40/#d,${JSON.stringify({ pid: pidOfA, offset: offsets[0] })}`,
    );
    const answers = (await again.several(3)).map(String).toSorted();
    assert.match(answers[2] ?? "", /^42\/#d,\["missed","[^"]+"\]$/);
    assert.deepEqual(answers.slice(0, 2), [
      `40/#c,${JSON.stringify({ sid: b.id, pid: pidOfB })}`,
      `40/#d,${JSON.stringify({ sid: a.id, pid: pidOfA })}`,
    ]);
    assert.deepEqual(
      socketsOf(house).map(({ recovered }) => recovered),
      [true, true],
    );
  },
);

test("a tab that is lost may come back on the same session, and hears what it missed", patience, async (t) => {
  const { house, client, sockets } = await twoTabs(t, { connectionStateRecovery: {} });
  const [a, b] = sockets;
  const reasons: string[] = [];
  a.on("disconnect", (reason) => reasons.push(reason));
  client.send('44/#a,{"message":"lost"}', '42/#b,1["sane"]');
  b.on("sane", (answer) => answer());
  assert.equal(await client.next(), "43/#b,1[]");
  assert.deepEqual(reasons, ["transport close"]);
  house.io.to(a.id).emit("missed");
  assert.equal(
    await client.enter("/#c", { pid: a.session?.secret }),
    `40/#c,${JSON.stringify({ sid: a.id, pid: a.session?.secret })}`,
  );
  assert.match(String(await client.next()), /^42\/#c,\["missed","[^"]+"\]$/);
});

test("a goodbye for a tab that waits is obeyed, and one for nobody ignored", patience, async (t) => {
  const { house, client, sockets } = await twoTabs(t);
  let asked = 0;
  house.io.of("/slow").use(() => void asked++);
  for (const goodbye of ["1/slow#c,", '4/slow#c,{"message":"lost"}']) {
    client.send(
      "40/slow#c,",
      `4${goodbye}`,
      `4${goodbye}`,
      "41/slow#a,",
      '44/nowhere#x,{"message":"lost"}',
      '42/#b,1["sane"]',
    );
    sockets[1].once("sane", (answer) => answer());
    assert.equal(await client.next(), "43/#b,1[]");
  }
  await until(() => asked === 2);
  client.socket.terminate();
  await house.emptied();
});

test("a volatile event carries the newest offset of each tab", patience, async (t) => {
  const { house, client, sockets } = await twoTabs(t, { connectionStateRecovery: {} });
  sockets[0].emit("first");
  const first = /"first","([^"]+)"/.exec(String(await client.next()))?.[1];
  house.io.volatile.emit("gone");
  const [ofA, ofB] = await client.several(2);
  assert.equal(ofA, `42/#a,["gone","${first}"]`);
  assert.match(String(ofB), /^42\/#b,\["gone","[^"]+"\]$/);
});

/** What a session with tabs sends, and is closed for. */
const outOfPlace: Readonly<Record<string, readonly string[]>> = {
  "no name behind the #": ["40/#,"],
  "a name that is too long": [`40/#${"x".repeat(33)},`],
  "a name of other characters": ["40/chat#a b,"],
  "an event of a tab that is nowhere": ['42/#a,["x"]'],
  "an event to a namespace that the tab is not in": ["40/#a,", '42/chat#a,["x"]'],
  "CONNECT twice": ["40/#a,", "40/#a,"],
};
for (const [name, packets] of Object.entries(outOfPlace)) {
  test(`closes the session for ${name}, and the server lives`, patience, async (t) => {
    const house = await RawHouse.open(t);
    house.io.of("/chat");
    const client = await house.session(ours);
    client.send(...packets);
    await client.closed;
    await house.emptied();
    assert.deepEqual(house.errors, []);
  });
}

test("tabs count where the namespaces of a session are counted, and all are freed", patience, async (t) => {
  const house = await RawHouse.open(t);
  const client = await house.session(ours);
  client.send(...Array.from({ length: 1_000 }, (_, index) => `40/#t${index},`));
  for (const text of await client.several(1_000)) assert.match(String(text), /^40\/#t\d+,/);
  client.send("40/#one-more,");
  await client.closed;
  await house.emptied();
});

test(
  "tabs that came and went by the thousand cost nothing, and their last packets are forgiven",
  patience,
  async (t) => {
    const { house, client } = await twoTabs(t);
    for (let index = 0; index < 3_000; index++) client.send(`40/#t${index},`, `41/#t${index},`);
    for (let index = 0; index < 3_000; index++) assert.match(String(await client.next()), /^40\/#t\d+,/);
    client.send('42/#t2999,["late"]', '42/#a,1["x"]');
    await until(() => socketsOf(house).length === 2);
    const answer = socketsOf(house)[0]?.emitWithAck("still there");
    assert.match(String(await client.next()), /^42\/#a,\d+\["still there"\]$/);
    client.socket.terminate();
    await assert.rejects(async () => await answer);
  },
);

test("for those who do not say anywire=1, # is a part of the name", patience, async (t) => {
  const house = await RawHouse.open(t);
  house.io.of("/chat#a");
  const client = await house.session();
  assert.match(String(await client.enter("/chat#a")), /^40\/chat#a,/);
  assert.equal(await client.enter("/#a"), '44/#a,{"message":"Invalid namespace"}');
  assert.deepEqual(namesOf(socketsOf(house, "/chat#a")[0], "nsps"), ["/chat#a"]);
});

test("an adapter of the program's reaches each tab once", patience, async (t) => {
  const { Adapter } = require("socket.io-adapter");
  const { house, client, sockets } = await twoTabs(t, { adapter: Adapter });
  house.io.emit("all", Buffer.from([1]));
  const told = ["a", "b"].flatMap((tab) => [`451-/#${tab},["all",{"_placeholder":true,"num":0}]`, Buffer.from([1])]);
  assert.deepEqual(await client.several(4), told);
  house.io.to(sockets[1].id).emit("one");
  sockets[0].broadcast.emit("others");
  assert.deepEqual(await client.several(2), ['42/#b,["one"]', '42/#b,["others"]']);
});

interface MsgpackParser {
  readonly Encoder: new () => { encode(packet: Packet): [Buffer] };
  readonly Decoder: new () => {
    on(event: "decoded", listener: (packet: Packet) => void): void;
    add(data: unknown): void;
    destroy(): void;
  };
}

for (const recovery of [false, true]) {
  test(`a parser of the program's own names the tab too${recovery ? ", with offsets" : ""}`, patience, async (t) => {
    const parser: MsgpackParser = require("socket.io-msgpack-parser");
    const house = await RawHouse.open(t, { parser, ...(recovery && { connectionStateRecovery: {} }) });
    const client = await house.session(ours);
    const write = (packet: Packet): void => void client.send(...new parser.Encoder().encode(packet));
    const read = async (): Promise<Packet> => {
      const decoder = new parser.Decoder();
      const data = await client.next();
      return new Promise((resolve) => {
        decoder.on("decoded", resolve);
        decoder.add(data);
      });
    };
    for (const tab of ["a", "b"]) write({ type: 0, nsp: `/#${tab}`, data: {} });
    assert.deepEqual([(await read()).nsp, (await read()).nsp], ["/#a", "/#b"]);
    house.io.emit("all", Buffer.from([1]));
    for (const nsp of ["/#a", "/#b"]) {
      const packet = await read();
      assert.deepEqual([packet.nsp, (packet.data as unknown[]).slice(0, 2)], [nsp, ["all", Buffer.from([1])]]);
    }
    socketsOf(house)[1]?.on("ask", (answer) => answer("yes"));
    write({ type: 2, nsp: "/#b", data: ["ask"], id: 3 });
    const { nsp, id, data } = await read();
    assert.deepEqual({ nsp, id, data }, { nsp: "/#b", id: 3, data: ["yes"] });
    socketsOf(house)[0]?.disconnect();
    assert.equal((await read()).nsp, "/#a");
  });
}
