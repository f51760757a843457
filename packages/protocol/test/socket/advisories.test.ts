/** What went wrong in other parsers of Socket.IO, by the advisories' names. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { type Attachment, Decoder, decoderLimits, encodeEvent, type Packet, PacketDecoder } from "../../src/socket.ts";

const bytes = Uint8Array.of(1);

function reader(): { decoder: PacketDecoder; packets: Packet[] } {
  const packets: Packet[] = [];
  return { decoder: new PacketDecoder({ packet: (packet) => packets.push(packet) }, decoderLimits), packets };
}

function assertRefused(messages: readonly (string | Attachment)[], code: string): void {
  const { decoder, packets } = reader();
  const last = messages.at(-1) ?? "";
  for (const message of messages.slice(0, -1)) decoder.receive(message);
  assert.throws(() => decoder.receive(last), { name: "SocketPacketError", code });
  assert.equal(decoder.isWaiting, false);
  assert.deepEqual(packets, []);
}

describe("CVE-2020-36049: large packets take linear time", () => {
  const long = 10_000_000;

  test("a text, in", () => {
    const { decoder, packets } = reader();
    decoder.receive(`2${JSON.stringify(["a", "b".repeat(long)])}`);
    decoder.receive(`2/${"n".repeat(long)},${JSON.stringify(["a"])}`);
    assert.deepEqual(
      packets.map(({ nsp }) => nsp.length),
      [1, long + 1],
    );
  });

  test("many digits, in", () => {
    assertRefused([`2${"1".repeat(long)}["a"]`], "bad-id");
    assertRefused([`5${"1".repeat(long)}-["a"]`], "too-many-attachments");
  });

  test("a million values, in and out", () => {
    const list = Array.from({ length: 1_000_000 }, (_, at) => ({ at }));
    const { decoder, packets } = reader();
    for (const message of encodeEvent("/", ["a", list, bytes], undefined)) decoder.receive(message);
    assert.equal(packets.length, 1);
  });
});

describe("CVE-2022-2421: a placeholder names an attachment, and nothing else", () => {
  for (const num of ['"splice"', '"0"', '"length"', "-1", "{}", "[0]", "0.5", "1", "1e400", "null", "true"]) {
    test(`not ${num}, which is refused before any attachment is taken`, () => {
      assertRefused([`51-["hello",{"_placeholder":true,"num":${num}}]`], "bad-placeholder");
      assertRefused([`61-1[[{"_placeholder":true,"num":${num}}]]`], "bad-placeholder");
    });
  }

  test("not nothing", () => assertRefused(['51-["hello",{"_placeholder":true}]'], "bad-placeholder"));
});

describe("CVE-2023-32695: the name of an event is a string or a number", () => {
  for (const name of ['{"toString":"foo"}', "true", "null", "[]", '["a"]', "{}"]) {
    test(`not ${name}`, () => {
      assertRefused([`2[${name},"foo"]`], "bad-payload");
      assertRefused([`51-[${name}]`], "bad-payload");
    });
  }

  test("nor bytes", () => assertRefused(['51-[{"_placeholder":true,"num":0}]'], "bad-payload"));
});

describe("CVE-2024-38355: an event cannot be one that the program's emitter means something by", () => {
  for (const name of ["connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"]) {
    test(name, () => {
      assertRefused([`2["${name}"]`], "bad-payload");
      assertRefused([`2/admin,1["${name}",{}]`], "bad-payload");
      assertRefused([`51-["${name}"]`], "bad-payload");
      assertRefused([`2["\\u00${name.charCodeAt(0).toString(16)}${name.slice(1)}"]`], "bad-payload");
    });
  }

  test("an event named `error` is a packet like any other: whoever emits it looks after it", () => {
    const { decoder, packets } = reader();
    decoder.receive('2["error","a"]');
    assert.deepEqual(packets, [{ type: 2, nsp: "/", data: ["error", "a"] }]);
  });
});

describe("CVE-2026-33151: attachments are bounded before any is taken", () => {
  test("their number", () => assertRefused(['5999999-["a"]'], "too-many-attachments"));

  test("their bytes together, by the first that is too much", () => {
    const large = new Uint8Array(decoderLimits.maxAttachmentBytes);
    assertRefused(['53-["a"]', large, bytes], "too-long-attachments");
  });
});

describe("CVE-2026-69185: no packet waits for ever without being known to wait", () => {
  test("no attachments", () => {
    for (const header of ['50-["a"]', "60-[]", '5-["a"]', '500-["a"]', '5-0-["a"]']) {
      assertRefused([header], "bad-attachment-count");
    }
  });

  test("binary data without a header", () => {
    assertRefused([bytes], "unexpected-binary");
    assertRefused(["0", bytes].slice(1), "unexpected-binary");
  });

  test("a text while attachments are missing", () => {
    assertRefused(['51-["a"]', '2["b"]'], "unexpected-text");
    assertRefused(['52-["a"]', bytes, '51-["b"]'], "unexpected-text");
  });

  test("a packet that is not complete says so, and can be dropped", () => {
    const { decoder } = reader();
    decoder.receive('52-["a"]');
    decoder.receive(bytes);
    assert.equal(decoder.isWaiting, true);
    decoder.destroy();
    assert.equal(decoder.isWaiting, false);
  });
});

/** Collects what nobody holds any more. */
async function collect(): Promise<void> {
  setFlagsFromString("--expose-gc");
  const gc: () => void = runInNewContext("gc");
  await new Promise((resolve) => setImmediate(resolve)); // a WeakRef holds its target until the turn is over
  gc();
}

test("a decoder that saw garbage holds nothing of it", async () => {
  const decoders = [reader().decoder, reader().decoder, new Decoder()];
  const [refusing, dropped, face] = decoders as [PacketDecoder, PacketDecoder, Decoder];
  const refs = [0, 1, 2].map((at) => {
    const attachment = new Uint8Array(1_000);
    if (at === 0) for (const message of ['52-["a"]', attachment]) refusing.receive(message);
    if (at === 1) for (const message of ['52-["a"]', attachment]) dropped.receive(message);
    if (at === 2) for (const message of ['51-["a"]', attachment]) face.add(message);
    return new WeakRef(attachment);
  });
  assert.throws(() => refusing.receive("junk"), { code: "unexpected-text" });
  dropped.destroy();
  await collect();
  assert.deepEqual(
    refs.map((ref) => ref.deref()),
    [undefined, undefined, undefined],
  );
  assert.equal(decoders.length, 3);
});

test("keys of prototypes do not pollute, in or out", () => {
  const { decoder, packets } = reader();
  const data = JSON.parse('["a",{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}]');
  for (const message of encodeEvent("/", [...data, bytes], undefined)) decoder.receive(message);
  assert.equal("polluted" in {}, false);
  assert.equal(JSON.stringify(packets[0]?.data), JSON.stringify([...data, bytes]));
});
