/** Scripts of what an EventSource does over time: Last-Event-ID, reconnecting, `close()` at each moment. HTML §9.2.2 to §9.2.4. */

import { type Answer, quick, type Script } from "./script.ts";

const say = (text: string): Answer => ({ body: [text] });
const talking: Answer = { body: ["retry: 1\ndata: one\n\ndata: two\n\ndata: three\n\n"], end: "never" };
const twice: readonly Answer[] = [say("retry: 1\ndata: one\n\n"), say("data: two\n\n")];

const lastEventIds: readonly (readonly [name: string, ...answers: Answer[]])[] = [
  ["an id is sent back", say("id: 1\ndata: one\n\n"), say("data: two\n\n"), say("id: 2\n\n")],
  ["an empty id is not sent", say("id: 1\ndata: one\n\n"), say("id:\ndata: two\n\n"), say("data: three\n\n")],
  ["an id of UTF-8 is sent as UTF-8", say("id: …\ndata: one\n\n"), say("data: two\n\n")],
  ["an id of Latin-1 is sent as UTF-8", say("id: é\ndata: one\n\n"), say("data: two\n\n")],
  ["an id beyond the BMP", say("id: 😀\ndata: one\n\n"), say("data: two\n\n")],
  ["an id with U+FFFD", { body: ["id: ", Uint8Array.of(0xff), "\ndata: one\n\n"] }, say("data: two\n\n")],
  ["an id with NUL is not sent", say("id: 1\ndata: one\n\n"), say("id: 2\0\ndata: two\n\n"), say("data: three\n\n")],
  ["an id with other control characters", say("id: a\u0001\u007f\ndata: one\n\n"), say("data: two\n\n")],
  ["an id with spaces inside and behind", say("id: a b \ndata: one\n\n"), say("data: two\n\n")],
  ["an id of spaces", say("id:    \ndata: one\n\n"), say("data: two\n\n")],
  ["an id with spaces before", say("id:   a\ndata: one\n\n"), say("data: two\n\n")],
  ["an id without data is sent back", say("id: 1\n\n"), say("data: two\n\n")],
  ["an id of an unfinished event is not sent", say("id: 1\n\nid: 2\ndata: one\n"), say("data: two\n\n")],
  ["an id outlives an unfinished event", say("id: 1\ndata: one\n\nid: 2"), say("id: 3"), say("data: four\n\n")],
  ["a name does not outlive its stream", say("event: a\n"), say("data: one\n\n")],
  ["data does not outlive its stream", say("data: zero\n"), say("data: one\n\n")],
  ["half a line does not outlive its stream", say("data: ze"), say("data: one\n\n")],
  ["a CR does not outlive its stream", say("data: one\r\r"), say("\ndata: two\n\n")],
  ["half a character does not outlive its stream", { body: [Uint8Array.of(0xc3)] }, say("data: one\n\n")],
  ["each stream has its BOM", say("\ufeffdata: one\n\n"), say("\ufeffdata: two\n\n")],
  [
    "an id is kept over cuts",
    say("id: 1\n\n"),
    { end: "cut", headers: [] },
    { end: "cut", headers: [] },
    say("data: two\n\n"),
  ],
  [
    "an id is sent to where a redirect leads",
    say("id: 1\n\n"),
    { status: 307, headers: [["Location", "next"]] },
    say("data: x\n\n"),
  ],
  ["ten streams", ...Array.from({ length: 10 }, (_, n) => say(`id: ${n}\ndata: ${n}\n\n`))],
];

const moments = ["start", "open 1", "message 1", "message 2", "message 3"];

export const reconnectionScripts: readonly Script[] = [
  ...lastEventIds.map(([name, ...answers]) => ({ name, answers: [quick, ...answers], listen: ["a"] })),
  ...moments.map((closeAt) => ({ name: `close() at ${closeAt}`, answers: [talking], closeAt })),
  ...["error 1", "open 2", "message 2", "error 2"].map((closeAt) => ({
    name: `close() at ${closeAt} of two streams`,
    answers: twice,
    closeAt,
  })),
  { name: "close() at the last error", answers: [quick, { status: 404, headers: [] }], closeAt: "error 2" },
  { name: "close() behind a message that ends its stream", answers: [say("data: one\n\n")], closeAt: "message 1" },
  {
    name: "close() at an event with a name",
    answers: [{ body: ["event: a\ndata: one\n\ndata: no\n\n"], end: "never" }],
    listen: ["a"],
    closeAt: "a 1",
  },
  { name: "close() before the first byte of an answer", answers: [{ end: "silence" }], closeAt: "asked" },
  { name: "close() before the first byte of a stream", answers: [{ end: "never" }], closeAt: "open 1" },
  { name: "a huge retry", answers: [say("retry: 99999999999999999999999999\ndata: one\n\n")], closeAt: "error 1" },
  { name: "an event named error", answers: [quick, say("event: error\ndata: one\n\ndata: two\n\n")] },
];
