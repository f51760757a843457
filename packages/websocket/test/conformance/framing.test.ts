/** Frames: lengths, masks, reserved bits and opcodes, RFC 6455 §5.1, §5.2 and §5.6. */

import { Random } from "../../../../scripts/test/random.ts";
import { bytesOf } from "../frames.ts";
import { judge, type Row } from "./judge.ts";
import { binary, bytesOn, type Frame, ping, pong, say, text } from "./wire.ts";

const random = new Random(6455);
const letters = (length: number): string => "*".repeat(length);

/** Where the encoding of the length changes, and around. */
const lengths = [0, 1, 4, 125, 126, 127, 128, 255, 256, 65_535, 65_536, 65_537];

const whole: Row[] = lengths.flatMap((length): Row[] => {
  const bytes = random.bytes(length);
  return [
    [`a text of ${length} bytes (§5.6)`, [text(letters(length))], [say("text", letters(length))]],
    [`a binary message of ${length} bytes (§5.6)`, [binary(bytes)], [say("binary", bytes)]],
  ];
});

const several: Row[] = [
  ["three messages in a row", [text("a"), binary("b"), text("c")], ["text a", "binary b", "text c"]],
  [
    "messages and control frames in a row",
    [text("a"), ping("b"), pong("c"), text()],
    ["text a", "ping b", "pong c", "text "],
  ],
  [
    "a message of each length in a row",
    lengths.map((length) => binary(letters(length))),
    lengths.map((length) => say("binary", letters(length))),
  ],
];

/** A header written by hand, and behind it the payload; a mask of zeros changes nothing. */
function headed(hex: string, payload = ""): (masked: boolean) => Buffer {
  return (masked) => {
    const head = bytesOf(hex);
    if (masked) head[1]! |= 0x80;
    return Buffer.concat([head, Buffer.alloc(masked ? 4 : 0), Buffer.from(payload)]);
  };
}

const minimal = (told: string): { rule: string; told: string[] } => ({
  rule: "§5.2: the minimal number of bytes",
  told: [told],
});

const badLengths: Row[] = [
  [
    "a length of 0 in 16 bits (§5.2)",
    headed("81 7e 0000"),
    [],
    { fails: [1002, "WS_ERR_NON_MINIMAL_PAYLOAD_LENGTH"], ws: minimal("text ") },
  ],
  [
    "a length of 125 in 16 bits (§5.2)",
    headed("82 7e 007d", letters(125)),
    [],
    { fails: [1002, "WS_ERR_NON_MINIMAL_PAYLOAD_LENGTH"], ws: minimal(say("binary", letters(125))) },
  ],
  [
    "a length of 5 in 64 bits (§5.2)",
    headed("81 7f 0000000000000005", "Hello"),
    [],
    { fails: [1002, "WS_ERR_NON_MINIMAL_PAYLOAD_LENGTH"], ws: minimal("text Hello") },
  ],
  [
    "a length of 65,535 in 64 bits (§5.2)",
    headed("82 7f 000000000000ffff", letters(65_535)),
    [],
    { fails: [1002, "WS_ERR_NON_MINIMAL_PAYLOAD_LENGTH"], ws: minimal(say("binary", letters(65_535))) },
  ],
  [
    "more than maxPayload (§10.4)",
    headed("82 7f 0000000006400001"),
    [],
    { fails: [1009, "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH"] },
  ],
  [
    "2^53 bytes (§5.2)",
    headed("82 7f 0020000000000000"),
    [],
    { fails: [1009, "WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH"] },
  ],
  [
    "2^63 bytes: the highest bit must be 0 (§5.2)",
    headed("82 7f 8000000000000000"),
    [],
    { fails: [1009, "WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH"] },
  ],
  [
    "2^64 - 1 bytes (§5.2)",
    headed("82 7f ffffffffffffffff"),
    [],
    { fails: [1009, "WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH"] },
  ],
];

/** A server is sent what a client must be sent, and the other way round. */
const badMasks: Row[] = ([[text("x")], [text()], [binary("x")], [ping()], [pong("x")], [[8]]] as Frame[][]).map(
  (frames) => [
    `the wrong side's mask, in opcode ${frames[0]?.[0]} (§5.1)`,
    (masked) => bytesOn(!masked, frames),
    [],
    { fails: [1002, "WS_ERR_EXPECTED_MASK", "WS_ERR_UNEXPECTED_MASK"] },
  ],
);

const bits = [0x10, 0x20, 0x30, 0x40, 0x50, 0x60, 0x70];
const reservedBits: Row[] = bits.flatMap((reserved): Row[] => {
  const code = (reserved & 0x30) === 0 ? "WS_ERR_UNEXPECTED_RSV_1" : "WS_ERR_UNEXPECTED_RSV_2_3";
  const name = `reserved bits ${(reserved >> 4).toString(2).padStart(3, "0")}`;
  const fails = { fails: [1002, code] } as const;
  return [
    [`${name} in a text (§5.2)`, [text("x", { reserved })], [], fails],
    [`${name} in an empty binary message (§5.2)`, [binary("", { reserved })], [], fails],
    [
      `${name} behind a good message, before another (§5.2)`,
      [text("a"), text("b", { reserved }), text("c")],
      ["text a"],
      fails,
    ],
    [`${name} in a ping (§5.2)`, [text("a"), ping("b", { reserved })], ["text a"], fails],
    [`${name} in a pong (§5.2)`, [pong("b", { reserved })], [], fails],
    [`${name} in a close frame (§5.2)`, [[8, "", { reserved }]], [], fails],
    [`${name} in a continuation (§5.2)`, [text("a", { fin: false }), [0, "b", { reserved }]], [], fails],
  ];
});

const reservedOpcodes: Row[] = [3, 4, 5, 6, 7, 11, 12, 13, 14, 15].flatMap((opcode): Row[] => {
  const fails = { fails: [1002, "WS_ERR_INVALID_OPCODE"] } as const;
  return [
    [`opcode ${opcode}, empty (§5.2)`, [[opcode]], [], fails],
    [`opcode ${opcode} with a payload (§5.2)`, [[opcode, "payload"]], [], fails],
    [
      `opcode ${opcode} behind a message and before a ping (§5.2)`,
      [text("Hello"), [opcode, "x"], ping()],
      ["text Hello"],
      fails,
    ],
    [`opcode ${opcode} between fragments (§5.2)`, [text("a", { fin: false }), [opcode, "x"], [0, "b"]], [], fails],
    [`opcode ${opcode}, not final (§5.2)`, [[opcode, "x", { fin: false }]], [], fails],
  ];
});

judge([...whole, ...several, ...badLengths, ...badMasks, ...reservedBits, ...reservedOpcodes]);
