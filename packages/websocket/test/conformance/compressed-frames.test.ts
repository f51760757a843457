/** Frames under permessage-deflate, RFC 7692 §6, §7.2 and §8.2: which may be compressed, and what compressed bytes may be. */

import { deflateRawSync } from "node:zlib";
import { bytesOf } from "../frames.ts";
import { judge, type Row } from "./judge.ts";
import { binary, close, type Frame, more, ping, pong, rest, say, text } from "./wire.ts";

const rsv1 = { reserved: 0x40 };
const parted = { ...rsv1, fin: false };
const hello = bytesOf("f2 48 cd c9 c9 07 00");
const helloAgain = bytesOf("f2 00 11 00 00");
const misplaced = { fails: [1002, "WS_ERR_UNEXPECTED_RSV_1"] } as const;
const reserved = { fails: [1002, "WS_ERR_UNEXPECTED_RSV_2_3"] } as const;
const noText = { fails: [1007, "WS_ERR_INVALID_UTF8"] } as const;
const damaged = { fails: [1007, "Z_DATA_ERROR"] } as const;

/** Compressed as a whole, with its end taken away (§7.2.1). */
const squeeze = (plain: string | Buffer): Buffer => deflateRawSync(plain, { finishFlush: 2 }).subarray(0, -4);

const eachByte = (bytes: Buffer): Frame[] =>
  [...bytes].map((byte, at) => [
    at === 0 ? 1 : 0,
    Uint8Array.of(byte),
    { fin: at === bytes.length - 1, reserved: at === 0 ? 0x40 : 0 },
  ]);

/** The examples of RFC 7692 §7.2.3. */
const examples: Row[] = [
  ["one compressed block (§7.2.3.1)", [text(hello, rsv1)], ["text Hello"]],
  [
    "the same in two fragments (§7.2.3.1)",
    [text(hello.subarray(0, 3), parted), rest(hello.subarray(3))],
    ["text Hello"],
  ],
  ["the same, each byte a frame (§7.2.3.1)", eachByte(hello), ["text Hello"]],
  ["a window that is kept (§7.2.3.2)", [text(hello, rsv1), text(helloAgain, rsv1)], ["text Hello", "text Hello"]],
  [
    "a block that is not compressed (§7.2.3.3)",
    [text(bytesOf("00 05 00 fa ff 48 65 6c 6c 6f 00"), rsv1)],
    ["text Hello"],
  ],
  ["a final block (§7.2.3.4)", [text(bytesOf("f3 48 cd c9 c9 07 00 00"), rsv1)], ["text Hello"]],
  ["two blocks (§7.2.3.5)", [text(bytesOf("f2 48 05 00 00 00 ff ff ca c9 c9 07 00"), rsv1)], ["text Hello"]],
  ["an empty message (§7.2.3.6)", [text(bytesOf("00"), rsv1)], ["text "]],
];

const mixed: Row[] = [
  [
    "not compressed, though it could be (§6)",
    [text("Hello"), binary("a", more), rest("b")],
    ["text Hello", "binary ab"],
  ],
  [
    "compressed and not, in turn (§6)",
    [text(hello, rsv1), text("plain"), text(hello, rsv1)],
    ["text Hello", "text plain", "text Hello"],
  ],
  [
    "control frames between compressed fragments (§6.1)",
    [text(hello.subarray(0, 2), parted), ping("p"), pong("q"), rest(hello.subarray(2))],
    ["ping p", "pong q", "text Hello"],
  ],
  [
    "an empty first fragment, and an empty last one (§6.1)",
    [text("", parted), rest(hello, more), rest()],
    ["text Hello"],
  ],
  ["a close frame behind a compressed message", [text(hello, rsv1), close(1000)], ["text Hello"], { closes: [1000] }],
  ["a close frame within a compressed message", [text(hello, parted), close(1000)], [], { closes: [1000] }],
  ["a compressed message of two characters of four bytes", [text(squeeze("𝄞😀"), rsv1)], [say("text", "𝄞😀")]],
  ["64 KiB of one letter", [binary(squeeze("x".repeat(65_536)), rsv1)], [say("binary", "x".repeat(65_536))]],
];

const broken: Row[] = [
  ["RSV1 on a continuation (§6.1)", [text(hello.subarray(0, 3), parted), rest(hello.subarray(3), rsv1)], [], misplaced],
  [
    "RSV1 on the continuation of a message that is not compressed (§6.1)",
    [text("a", more), rest(hello, rsv1)],
    [],
    misplaced,
  ],
  ["RSV1 on a ping (§6.1)", [ping(hello, rsv1)], [], misplaced],
  ["RSV1 on a pong (§6.1)", [pong("", rsv1)], [], misplaced],
  ["RSV1 on a close frame (§6.1)", [[8, "", rsv1]], [], misplaced],
  ["RSV2 (RFC 6455 §5.2)", [text("a", { reserved: 0x20 })], [], reserved],
  ["RSV1 and RSV3 (RFC 6455 §5.2)", [text(hello, { reserved: 0x50 })], [], reserved],
  ["a block of a type that is none (§7.2.2)", [text(bytesOf("06 00"), rsv1)], [], damaged],
  ["a block whose length is none (§7.2.2)", [text(bytesOf("00 05 00 00 00 48"), rsv1)], [], damaged],
  ["a distance behind the beginning (§7.2.2)", [text(helloAgain, rsv1)], [], damaged],
  [
    "a stream that ends within a block (§7.2.2)",
    [text(hello.subarray(0, 3), rsv1)],
    [],
    { ...damaged, ws: { rule: "§7.2.2: all blocks end", told: ["text Heh"] } },
  ],
  ["a stream that ends within the header of a block (§7.2.2)", [text(bytesOf("05"), rsv1)], [], damaged],
  ["a text that is none, compressed (RFC 6455 §8.1)", [text(squeeze(bytesOf("ce ba ed a0 80")), rsv1)], [], noText],
  ["a text that is cut off, compressed (RFC 6455 §8.1)", [text(squeeze(bytesOf("ce ba e1")), rsv1)], [], noText],
  ["a text that is none, not compressed (RFC 6455 §8.1)", [text(bytesOf("ce ba ed a0 80"))], [], noText],
];

judge([...examples, ...mixed, ...broken], { perMessageDeflate: true, extensions: "permessage-deflate" });
