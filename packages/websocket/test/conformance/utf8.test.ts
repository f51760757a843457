/** Texts are UTF-8, RFC 6455 §8.1 and RFC 3629: good ones pass however they are cut, bad ones fail at their first bad byte. */

import { bytesOf, closePayload } from "../frames.ts";
import { judge, type Row } from "./judge.ts";
import { type Frame, more, ping, rest, say, text } from "./wire.ts";

const good: [name: string, bytes: string | Buffer][] = [
  ["ASCII", "Hello-World"],
  ["two, three and four bytes", "Hello-µ@ßöäüàá-UTF-8!! κόσμε 𝄞 😀"],
  ["the first of each length", "\u0000\u0080\u0800\u{10000}"],
  ["the last of each length", "\u007f\u07ff\uffff\u{10ffff}"],
  ["around the surrogates", "\ud7ff\ue000\ufffd"],
  ["noncharacters", "\ufffe\uffff\u{1fffe}\u{1ffff}\u{10fffe}\u{10ffff}\ufdd0"],
  ["a byte order mark, which belongs to the text", "\ufeffa"],
  ["a line of 300 characters of three bytes", "€".repeat(300)],
];

const bad: [name: string, hex: string][] = [
  ["a surrogate within a text", "ce ba e1 bd b9 cf 83 ce bc ce b5 ed a0 80 65 64 69 74 65 64"],
  ["a lone continuation byte", "80"],
  ["the last continuation byte", "bf"],
  ["seven continuation bytes", "80 bf 80 bf 80 bf 80"],
  ["a lead of two bytes, and a space", "c2 20"],
  ["a lead of three bytes, and a space", "e1 20"],
  ["a lead of four bytes, and a space", "f1 20"],
  ["a lead of three bytes, one more, and a space", "e1 80 20"],
  ["a lead of four bytes, two more, and a space", "f1 80 80 20"],
  ["a lead behind a lead", "c2 c2 80"],
  ["byte c0", "c0 80"],
  ["byte c1, an overlong slash", "c1 af"],
  ["byte c0, an overlong slash", "c0 af"],
  ["an overlong slash in three bytes", "e0 80 af"],
  ["an overlong slash in four bytes", "f0 80 80 af"],
  ["an overlong sequence of three bytes, the longest", "e0 9f bf"],
  ["an overlong sequence of four bytes, the longest", "f0 8f bf bf"],
  ["an overlong zero in three bytes", "e0 80 80"],
  ["the first high surrogate", "ed a0 80"],
  ["the last high surrogate", "ed af bf"],
  ["the first low surrogate", "ed b0 80"],
  ["the last low surrogate", "ed bf bf"],
  ["a pair of surrogates", "ed a0 80 ed b0 80"],
  ["beyond the last character", "f4 90 80 80"],
  ["byte f5", "f5 80 80 80"],
  ["five bytes", "f8 88 80 80 80"],
  ["six bytes", "fc 84 80 80 80 80"],
  ["byte fe", "fe"],
  ["byte ff", "ff"],
  ["fe fe ff ff", "fe fe ff ff"],
];

/** Bad at their end alone: more could have come. */
const cutOff = ["c2", "df", "e0 a0", "e1", "e1 80", "ed 9f", "f0 90", "f1 80 80", "f4 8f bf"];

const fails = { fails: [1007, "WS_ERR_INVALID_UTF8"] } as const;

/** By Node's own decoder: how many bytes it takes until one is bad. */
function upToBad(bytes: Buffer): number {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  for (let at = 0; at < bytes.length; at++) {
    try {
      decoder.decode(bytes.subarray(at, at + 1), { stream: true });
    } catch {
      return at + 1;
    }
  }
  throw new Error("all good so far");
}

/** Each byte a frame of its own. */
function eachByte(bytes: Buffer): Frame[] {
  return [...bytes].map((byte, at): Frame => [at === 0 ? 1 : 0, Uint8Array.of(byte), { fin: at === bytes.length - 1 }]);
}

const goodRows: Row[] = good.flatMap(([name, given]): Row[] => {
  const bytes = Buffer.from(given);
  const half = bytes.length >> 1;
  return [
    [`${name}: one frame`, [text(bytes)], [say("text", bytes)]],
    [`${name}: a frame for each byte`, eachByte(bytes), [say("text", bytes)]],
    [
      `${name}: a ping in the middle`,
      [text(bytes.subarray(0, half), more), ping(), rest(bytes.subarray(half))],
      ["ping ", say("text", bytes)],
    ],
  ];
});

const open = { length: 1000, fin: false };

const badRows: Row[] = bad.flatMap(([name, hex]): Row[] => {
  const bytes = Buffer.concat([Buffer.from("é"), bytesOf(hex)]);
  const end = upToBad(bytes);
  const start = bytes.subarray(0, end);
  const late = { rule: "§8.1: as soon as it is known", told: [], waits: true } as const;
  return [
    [`${name}: one frame`, [text(bytes), text("later")], [], fails],
    [`${name}: a frame for each byte`, eachByte(bytes), [], fails],
    [`${name}: in a frame of which more is to come, at the bad byte`, [text(start, open)], [], { ...fails, ws: late }],
    [
      `${name}: in a second fragment of which more is to come, at the bad byte`,
      [text(start.subarray(0, 1), more), ping("p"), rest(start.subarray(1), open)],
      ["ping p"],
      { ...fails, ws: { ...late, told: ["ping p"] } },
    ],
    [
      `${name}: in whole fragments of which more are to come, at the bad byte`,
      [text(start.subarray(0, -1), more), rest(start.subarray(-1), more)],
      [],
      { ...fails, ws: late },
    ],
    [`${name}: not before the bad byte`, [text(start.subarray(0, -1), open)], [], { waits: true }],
  ];
});

const cutRows: Row[] = cutOff.flatMap((hex): Row[] => {
  const bytes = Buffer.concat([Buffer.from("a"), bytesOf(hex)]);
  return [
    [`cut off behind ${hex}: one frame`, [text(bytes)], [], fails],
    [`cut off behind ${hex}: an empty last fragment`, [text(bytes, more), rest()], [], fails],
    [`cut off behind ${hex}: not as long as more may come`, [text(bytes, more)], [], { waits: true }],
  ];
});

const elsewhere: Row[] = [
  [
    "bytes that are no text, in a binary message",
    [[2, bytesOf("80 ff ed a0 80")]],
    [say("binary", bytesOf("80 ff ed a0 80"))],
  ],
  ["bytes that are no text, in a ping", [ping(bytesOf("80 ff"))], [say("ping", bytesOf("80 ff"))]],
  [
    "bytes that are no text, as the reason of a close frame (§5.5.1)",
    [[8, closePayload(1000, bytesOf("ce ba ed a0 80"))]],
    [],
    fails,
  ],
  ["a reason that is cut off (§5.5.1)", [[8, closePayload(1000, bytesOf("61 e1 80"))]], [], fails],
];

judge([...goodRows, ...badRows, ...cutRows, ...elsewhere]);
