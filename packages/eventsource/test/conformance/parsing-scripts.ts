/** Scripts of what a stream may hold: HTML §9.2.5 and §9.2.6. Each body is the second answer, behind one that makes reconnecting quick. */

import { bitten, bytes, type Chunk, quick, type Script } from "./script.ts";

const bom = bytes("efbbbf");
const nul = "\0";
const every = "event: a\nid: é\ndata: one\ndata:two\n\n: comment\n\nretry: 2\nid\ndata\n\n";

const bodies: readonly (readonly [name: string, ...body: Chunk[]])[] = [
  ["one message", "data: one\n\n"],
  ["two messages", "data: one\n\ndata: two\n\n"],
  ["nothing at all"],
  ["only a comment", ":\n\n"],

  ["a BOM", bom, "data: one\n\n"],
  ["two BOMs", bom, bom, "data: one\n\ndata: two\n\n"],
  ["a BOM before the second message", "data: one\n\n", bom, "data: two\n\n"],
  ["a BOM cut after its first byte", bytes("ef"), bytes("bbbf"), "data: one\n\n"],
  ["a BOM cut after its second byte", bytes("efbb"), bytes("bf"), "data: one\n\n"],
  ["a BOM byte by byte, and one more", ...bitten("\ufeff\ufeffdata: one\n\ndata: two\n\n")],
  ["half a BOM", bytes("efbb"), "data: one\n\ndata: two\n\n"],
  ["a BOM alone", bom],
  ["a BOM before an empty line", bom, "\ndata: one\n\n"],
  ["a BOM as data", "data: \ufeffone\n\n"],
  ["a BOM before a comment", bom, ": comment\ndata: one\n\n"],
  ["UTF-16", bytes("fffe64006100740061003a003100 0a000a00"), "\n\ndata: one\n\n"],

  ["CR", "data: one\rdata: two\r\rdata: three\r\r"],
  ["CRLF", "data: one\r\ndata: two\r\n\r\ndata: three\r\n\r\n"],
  ["LF CR", "data: one\n\rdata: two\n\r"],
  ["all line ends", "data: one\n\ndata: two\r\rdata: three\r\n\r\ndata: four\r\n\n"],
  ["CRLF cut in two", "data: one\r", "\ndata: two\r", "\n\r", "\ndata: three\r\n", "\r\n"],
  ["CR, then LF of the next line in the next chunk", "data: one\r", "\n", "\ndata: two\r\r"],
  ["an event that ends with a CR at the end of a chunk", "data: one\r\n\r", "data: two\r\r"],
  ["an empty chunk's worth between CR and LF", "data: one\r", ":x\r", "\n\r\n"],
  ["line ends of other scripts", "data: a\u0085b\u2028c\u2029d\u000be\u000cf\n\n"],

  ["every field, byte by byte", ...bitten(every)],
  ["every field with CR, byte by byte", ...bitten(every.replaceAll("\n", "\r"))],
  ["every field with CRLF, byte by byte", ...bitten(every.replaceAll("\n", "\r\n"))],

  ["a line without colon", "data\n\ndata\ndata\n\ndata:one\ndata\n\n"],
  ["empty data", "data:\n\ndata: \n\ndata:  \n\n"],
  ["spaces before data", "data:one\n\ndata: one\n\ndata:  one\n\ndata:\tone\n\n"],
  ["spaces behind data", "data: one \n\ndata: one\t\n\n"],
  ["colons in data", "data: :\n\ndata::\n\ndata: a:b: c\n\n"],
  ["spaces in field names", " data: no\ndata : no\n\tdata: no\ndata: yes\n\n"],
  ["upper case", "DATA: no\nData: no\nEVENT: no\nID: no\ndata: yes\n\n"],
  ["unknown fields", "dat: no\ndataa: no\nx\ndata: yes\nx: no\n: no\n\n"],
  ["comments", "data: one\n:data: no\n::\n: \n:\ndata: two\n\n"],
  ["a comment between events", "data: one\n\n: x\n\n:\r\r\ndata: two\n\n"],
  [
    "long comments",
    `data: 1\r:${nul}\n:\r\ndata: 2\n:${"x".repeat(2048)}\rdata: 3\n:data: no\r:${"x".repeat(9000)}\ndata: 4\n\n`,
  ],
  ["empty lines", "\n\n\r\r\r\n\r\ndata: one\n\n\n\n\ndata: two\n\n"],
  ["long data", `data: ${"é".repeat(100_000)}\n\n`],
  ["many lines of data", `${"data: x\n".repeat(3000)}\n`],
  ["many events in one chunk", "data: x\n\n".repeat(500)],

  ["NUL in data", `data: ${nul}\n\ndata: a${nul}b\n\n`],
  ["NUL in a field's name", `data${nul}: no\n${nul}data: no\ndata: yes\n\n`],
  ["NUL in an event's name", `event: a${nul}\ndata: one\n\n`],
  ["NUL in an id", `id: 1\ndata: one\n\nid: 2${nul}\ndata: two\n\nid: ${nul}\nid\ndata: three\n\n`],
  ["NUL in an id behind an id", `id: 3\nid: 4${nul}\ndata: one\n\n`],
  ["NUL in retry", `retry: 99999999${nul}\ndata: one\n\n`],

  ["an event's name", "event: a\ndata: one\n\ndata: two\n\n"],
  ["an event's name behind data", "data: one\nevent: a\n\n"],
  ["an empty event's name", "event: \ndata: one\n\nevent\ndata: two\n\nevent: a\nevent:\ndata: three\n\n"],
  ["an event named message", "event: message\ndata: one\n\n"],
  ["an event named open", "event: open\ndata: one\n\n"],
  ["the last name counts", "event: b\nevent: a\ndata: one\n\n"],
  ["a name without data", "event: a\n\ndata: one\n\n"],
  ["a name of other scripts", "event: é😀\ndata: one\n\n"],
  ["spaces around a name", "event:  a\ndata: one\n\nevent: a \ndata: two\n\n"],
  ["a name of the prototype", "event: __proto__\ndata: one\n\nevent: constructor\ndata: two\n\n"],

  ["an id", "id: 1\ndata: one\n\ndata: two\n\n"],
  ["an id that changes", "id: 1\ndata: one\n\nid: 2\ndata: two\n\ndata: three\n\n"],
  ["an id that is taken back", "id: 1\ndata: one\n\nid\ndata: two\n\ndata: three\n\n"],
  ["an id that is taken back with a colon", "id: 1\ndata: one\n\nid:\ndata: two\n\n"],
  ["an id without data", "id: 1\n\ndata: one\n\n"],
  ["an id without data at the end", "data: one\n\nid: 1\n\n"],
  ["an id behind data", "data: one\nid: 1\n\n"],
  ["the last id counts", "id: 1\nid: 2\ndata: one\n\n"],
  ["an id of an event that is not ended", "id: 1\ndata: one\n\nid: 2\ndata: two\n"],
  ["spaces around an id", "id:  1 \ndata: one\n\n"],
  ["an id of other scripts", "id: …é😀\ndata: one\n\n"],
  ["an id that would be no header", "id: a\u0001\u007fb\ndata: one\n\n"],
  ["an id with a tab", "id: a\tb\ndata: one\n\n"],
  ["an id of a thousand characters", `id: ${"x".repeat(1000)}\ndata: one\n\n`],

  ["retry again", "retry: 99999999\nretry: 2\ndata: one\n\n"],
  ["retry of zero", "retry: 99999999\nretry: 0\n\n"],
  ["retry with zeros before", "retry: 99999999\nretry: 00000002\n\n"],
  [
    "bogus retry",
    "retry: 99999999x\nretry: x99999999\nretry:  99999999\nretry: 99999999 \nretry: +99999999\nretry: 9e9\n\n",
  ],
  ["a negative retry", "retry: -1\n\ndata: one\n\n"],
  ["a fractional retry", "retry: 99999999.5\n\ndata: one\n\n"],
  ["digits of other scripts", "retry: ٩٩٩٩٩٩٩\nretry: ９９９９９９９\n\ndata: one\n\n"],
  ["retry without a blank line", "data: one\n\nretry: 99999999\nretry: 2\n"],
  ["retry in an unfinished line", "data: one\n\nretry: 99999999"],

  ["an end without a blank line", "data: one\n\ndata: two\n"],
  ["an end in a line", "data: one\n\ndata: two"],
  ["an end behind a CR", "data: one\n\ndata: two\n\r"],
  ["an end between CR and LF", "data: one\r\n\r"],
];

const illFormed: readonly (readonly [name: string, hex: string])[] = [
  ["a lone continuation byte", "80"],
  ["a byte that is never used", "ff"],
  ["an overlong slash", "c0af"],
  ["an overlong NUL", "c080"],
  ["an overlong sequence of three", "e0809f"],
  ["an overlong sequence of four", "f08080af"],
  ["a surrogate", "eda080"],
  ["two surrogates", "eda080edb080"],
  ["a number above U+10FFFF", "f4908080"],
  ["a sequence of five", "f888808080"],
  ["two of three bytes", "e282"],
  ["three of four bytes", "f09f98"],
  ["a start and a start", "c3c3a9"],
];

function parsing(name: string, ...body: Chunk[]): Script {
  return { name, answers: [quick, { body }], listen: ["a", "é😀", "a ", " a", "a\0", "__proto__", "constructor"] };
}

export const parsingScripts: readonly Script[] = [
  ...bodies.map((row) => parsing(...row)),
  ...illFormed.flatMap(([name, hex]) => [
    parsing(`${name} in data`, "data: a", bytes(hex), "b\n\ndata: ", bytes(hex), "\n\n"),
    parsing(`${name} in data, cut`, "data: a", ...[...bytes(hex)].map((byte) => Uint8Array.of(byte)), "b\n\n"),
  ]),
  parsing("é cut in two", "data: ", bytes("c3"), bytes("a9"), "\n\n"),
  parsing("😀 cut in four", "data: ", bytes("f0"), bytes("9f"), bytes("98"), bytes("80"), "\n\n"),
  parsing("half a character at the end", "data: one\n\ndata: ", bytes("f09f")),
  parsing("half a character at the end, then a stream", "data: one\n\n", bytes("c3")),
];
