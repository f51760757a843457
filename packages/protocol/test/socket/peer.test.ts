/** Side by side with socket.io-parser, over random packets in both directions. */

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import * as peer from "socket.io-parser";
import { decoderLimits, Encoder, encodeEvent, encodePacket, type Packet, PacketDecoder } from "../../src/socket.ts";
import { jsonValue } from "../plain/json-values.ts";

type Message = string | Uint8Array;

const eventName = fc.oneof(
  fc.string({ unit: "binary" }).filter((name) => peer.isPacketValid({ type: 2, nsp: "/", data: [name] })),
  fc.constantFrom("message", "error", "", "__proto__", "/a,1", "1-"),
  fc.integer(),
);

const nsp = fc.oneof(
  fc.constantFrom("/", "/admin", "/a/b?c=d", "/1", "/-", '/["a"]'),
  fc.string({ unit: "binary" }).map((text) => `/${text.replaceAll(",", "")}`),
);
const optionalId = fc.option(fc.maxSafeInteger().map(Math.abs), { nil: undefined });
const list = fc.array(jsonValue, { maxLength: 3 });
const object = fc.dictionary(
  fc.string(),
  jsonValue.filter((value) => !holdsBytes(value)),
  { noNullPrototype: true },
);

const packet: fc.Arbitrary<Packet> = fc
  .oneof(
    fc.record({ type: fc.constant(0 as const), nsp, data: fc.option(object, { nil: undefined }) }),
    fc.record({ type: fc.constant(1 as const), nsp }),
    fc.record({
      type: fc.constant(2 as const),
      nsp,
      data: fc.tuple(eventName, list).map(([name, args]) => [name, ...args]),
      id: optionalId,
    }),
    fc.record({ type: fc.constant(3 as const), nsp, data: list, id: optionalId }),
    fc.record({ type: fc.constant(4 as const), nsp, data: fc.oneof(fc.string(), object), id: optionalId }),
  )
  .map((fields) => withoutUndefined(fields));

function withoutUndefined(fields: Packet): Packet {
  const { data, id, ...rest } = fields;
  return { ...rest, ...(data !== undefined && { data }), ...(id !== undefined && { id }) };
}

function holdsBytes(value: unknown): boolean {
  if (value instanceof Uint8Array) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(holdsBytes);
}

/** socket.io-parser's copies lose it. */
function hasProtoKey(value: unknown): boolean {
  return JSON.stringify(value).includes('"__proto__":');
}

function byPeer(messages: readonly Message[]): peer.Packet[] {
  const packets: peer.Packet[] = [];
  const decoder = new peer.Decoder({ maxAttachments: 1_000 });
  decoder.on("decoded", (decoded) => packets.push(decoded));
  for (const message of messages) decoder.add(message);
  return packets;
}

function byOurs(messages: readonly Message[]): Packet[] {
  const packets: Packet[] = [];
  const decoder = new PacketDecoder({ packet: (decoded) => packets.push(decoded) }, decoderLimits);
  for (const message of messages) decoder.receive(message);
  return packets;
}

test("the same messages for the same packets, which stay as they are", () => {
  fc.assert(
    fc.property(packet, (sent) => {
      fc.pre(!hasProtoKey(sent));
      const copy = structuredClone(sent);
      const messages = encodePacket(sent);
      assert.deepEqual(messages, new peer.Encoder().encode({ ...sent } as peer.Packet));
      assert.deepEqual(messages, new Encoder().encode(sent));
      if (sent.type === 2) assert.deepEqual(messages, encodeEvent(sent.nsp, sent.data as unknown[], sent.id));
      assert.deepEqual(sent, copy);
    }),
    { numRuns: 2_000 },
  );
});

test("each reads what the other writes, as the packet that it was", () => {
  fc.assert(
    fc.property(packet, (sent) => {
      const ours = encodePacket(sent);
      assert.deepEqual(byOurs(ours), [sent]);
      assert.deepEqual(byPeer(ours), [sent]);
      fc.pre(!hasProtoKey(sent));
      assert.deepEqual(byOurs(new peer.Encoder().encode({ ...sent } as peer.Packet)), [sent]);
    }),
    { numRuns: 2_000 },
  );
});

const head = fc.constantFrom("0", "1", "2", "3", "4", "5", "6", "7", "51-", "62-", "5001-", "50-", "5", "51.0-");
const namespace = fc.constantFrom("", "/", "/,", "/a", "/a,", "/a?b=c,", ",", "/a,/b,");
const number = fc.constantFrom("", "0", "007", "12", "1e1", "1.5", "-1", "9007199254740991");
const payload = fc.constantFrom(
  ...["", '["a"]', '["connect"]', "[]", '[1,{"b":null}]', "{}", '{"a":1}', '"text"', "null", "true", "[", "]"],
  ...[
    '["a",{"_placeholder":true,"num":0}]',
    '[{"_placeholder":true,"num":1}]',
    '["a",{"_placeholder":true,"num":"0"}]',
  ],
  ...['["__proto__",{"__proto__":[1]}]', '["a"]x'],
);
const ordered = fc.tuple(head, namespace, number, payload);
const soup = fc.array(fc.oneof(head, namespace, number, payload), { minLength: 1, maxLength: 5 });
const text = fc.oneof(ordered, soup).map((pieces) => pieces.join(""));

/** The header, and as many attachments as it seems to announce. */
function messagesOf(header: string): Message[] {
  const count = Number(/^[56](\d{1,4})-/.exec(header)?.[1] ?? 0);
  return [header, ...Array.from({ length: count }, (_, at) => Uint8Array.of(at))];
}

test("what we read, socket.io-parser reads as the same: we are only stricter", () => {
  let read = 0;
  fc.assert(
    fc.property(text, (header) => {
      const given = messagesOf(header);
      const packets = packetsOrNone(given);
      if (packets === undefined) return;
      assert.deepEqual(byPeer(given), packets);
      read++;
    }),
    { numRuns: 10_000, seed: 20_261_121 },
  );
  assert.ok(read > 300, `${read} were read`);
});

function packetsOrNone(given: readonly Message[]): Packet[] | undefined {
  try {
    return byOurs(given);
  } catch {
    return undefined;
  }
}
