/** The closing handshake, RFC 6455 §5.5.1, §7.1 and §7.4, and the codes of the IANA registry. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { judgeInEachReading, type Row } from "./judge.ts";
import { openSides, type Side } from "./side.ts";
import { binary, bytesOn, close, more, ping, pong, readFrames, rest, say, sayClose, sayFrame, text } from "./wire.ts";

/** The registry "WebSocket Close Code Number", and the ranges around it. */
const sendable = [
  1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3003, 3008, 3999, 4000, 4999,
];
const onlySeen = [1004, 1005, 1006, 1015];
const nobodys = [0, 1, 999, 1016, 1100, 1999, 2000, 2999, 5000, 32_768, 65_535];

const badLength = { fails: [1002, "WS_ERR_INVALID_CONTROL_PAYLOAD_LENGTH"] } as const;
const longest = "*".repeat(123);
const closedWithNothing = { closes: [] } as const;

const rows: Row[] = [
  ["a close frame without a code (§7.1.5)", [close()], [], closedWithNothing],
  ["a message, and then a close frame", [text("Hello"), close(1000)], ["text Hello"], { closes: [1000] }],
  ["a close frame with a reason", [close(1000, "Hello World!")], [], { closes: [1000, "Hello World!"] }],
  ["a reason of 123 bytes", [close(1000, longest)], [], { closes: [1000, longest] }],
  ["a reason of 124 bytes (§5.5)", [close(1000, `${longest}*`)], [], badLength],
  ["a close frame of one byte (§5.5.1)", [[8, "a"]], [], badLength],
  ["two close frames: the first counts (§1.4)", [close(1000), close(1001)], [], { closes: [1000] }],
  ["a ping behind a close frame is not answered (§5.5.1)", [close(1000), ping("late")], [], { closes: [1000] }],
  [
    "a message behind a close frame is not told (§1.4)",
    [close(1000), text("late"), binary("late")],
    [],
    { closes: [1000] },
  ],
  [
    "rubbish behind a close frame is not judged (§1.4)",
    [close(1000), [15, "x", { reserved: 0x70 }]],
    [],
    { closes: [1000] },
  ],
  ["a close frame within a message (§5.4)", [text("a", more), close(1000), rest("b")], [], { closes: [1000] }],
  [
    "a message and a ping, and then a close frame",
    [text("a"), ping("b"), pong("c"), close(1001)],
    ["text a", "ping b", "pong c"],
    { closes: [1001] },
  ],
  [
    "300 KiB, and then a close frame",
    [binary("*".repeat(300 * 1024)), close(1000)],
    [say("binary", "*".repeat(300 * 1024))],
    { closes: [1000] },
  ],
  ...sendable.map((code): Row => [`code ${code} (§7.4)`, [close(code)], [], { closes: [code] }]),
  ...sendable.map(
    (code): Row => [`code ${code} with a reason (§7.4)`, [close(code, "é")], [], { closes: [code, "é"] }],
  ),
  ...[...onlySeen, ...nobodys].flatMap((code): Row[] => {
    const fails = { fails: [1002, "WS_ERR_INVALID_CLOSE_CODE"] } as const;
    return [
      [`code ${code}, which no close frame may have (§7.4)`, [close(code)], [], fails],
      [`code ${code} with a reason (§7.4)`, [close(code, "é")], [], fails],
    ];
  }),
  ["a stream that ends without a close frame (§7.1.5)", [text("a")], ["text a"], { waits: true }],
];

judgeInEachReading(rows);

const sides: Side[] = [];
before(async () => void sides.push(...(await openSides())));
after(() => {
  for (const side of sides) side.close();
});

const begun: [name: string, args: [code?: number, reason?: string], sent: string][] = [
  ["without a code", [], "close"],
  ...sendable.map((code): [string, [number], string] => [`with ${code}`, [code], sayClose(code)]),
  ["with a reason", [4000, "because é"], sayClose(4000, "because é")],
  ["with a reason of 123 bytes", [1000, longest], sayClose(1000, longest)],
];

for (const [name, args, sent] of begun) {
  test(`the program closes ${name}: nothing is sent behind it, and what the peer says is told (§7.1.2)`, async () => {
    for (const side of sides) {
      const { program, wire, told, closed } = await side.open();
      program.send("before");
      program.close(...args);
      program.send("after");
      program.close(1001);
      wire.socket.write(bytesOn(!side.masks, [text("meanwhile"), ping("p"), close(3000, "answer")]));
      assert.deepEqual(readFrames(await wire.all(), side.masks).map(sayFrame), ["text before", sent], side.name);
      await closed;
      assert.deepEqual(told, ["text meanwhile", "ping p", sayClose(3000, "answer")], side.name);
    }
  });
}

test("all other codes are refused at the call, and the connection stays open (§7.4)", async () => {
  for (const side of sides) {
    const { program, wire, told, closed } = await side.open();
    const codes = Array.from({ length: 6000 }, (_, code) => code).filter((code) => !isSendable(code));
    for (const code of [...codes, 65_535, 65_536, -1, ...(side.ours ? [1000.5] : [])]) {
      assert.throws(() => program.close(code), TypeError, `${side.name}, ${code}`);
    }
    wire.socket.write(bytesOn(!side.masks, [text("still here"), close()]));
    await closed;
    assert.deepEqual(told, ["text still here", sayClose(1005)]);
  }
});

function isSendable(code: number): boolean {
  return (code >= 3000 && code <= 4999) || sendable.includes(code);
}

test("both close at once: each has sent one close frame, and is told the other's code (§7.1.2)", async () => {
  for (const side of sides) {
    const { program, wire, told, closed } = await side.open();
    program.close(4001);
    wire.socket.write(bytesOn(!side.masks, [close(4002)]));
    assert.deepEqual(readFrames(await wire.all(), side.masks).map(sayFrame), [sayClose(4001)], side.name);
    await closed;
    assert.deepEqual(told, [sayClose(4002)]);
  }
});

test("a rule that is broken behind our own close frame brings no second one (§5.5.1)", async () => {
  for (const side of sides.filter(({ ours }) => ours)) {
    const { program, wire, told, closed } = await side.open();
    program.close(4001);
    wire.socket.write(bytesOn(!side.masks, [[3, "x"]]));
    assert.deepEqual(readFrames(await wire.all(), side.masks).map(sayFrame), [sayClose(4001)], side.name);
    await closed;
    assert.deepEqual(told, ["error WS_ERR_INVALID_OPCODE", sayClose(1006)]);
  }
});
