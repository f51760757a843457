/** Scripts of what an answer may be: status, Content-Type, coding, length, redirects. HTML §9.2.3. */

import { gzipSync } from "node:zlib";
import { type Answer, eventStream, quick, type Script } from "./script.ts";

const one: Answer = { body: ["data: one\n\n"] };
const statuses = [
  200, 201, 202, 203, 204, 205, 206, 210, 226, 299, 300, 304, 305, 306, 400, 401, 403, 404, 407, 408, 410, 418, 421,
  425, 429, 500, 502, 503, 504, 599,
];

const types: readonly (readonly [name: string, ...values: string[]])[] = [
  ["of an event stream", "text/event-stream"],
  ["with charset utf-8", "text/event-stream; charset=utf-8"],
  ["with charset UTF-8, no space", "text/event-stream;charset=UTF-8"],
  ["with a quoted charset", 'text/event-stream; charset="utf-8"'],
  ["with charset windows-1252", "text/event-stream; charset=windows-1252"],
  ["with a charset that nobody knows", "text/event-stream; charset=bogus"],
  ["with another parameter", "text/event-stream; x=y"],
  ["with a bogus parameter", "text/event-stream; x y; ="],
  ["with a semicolon only", "text/event-stream;"],
  ["in upper case", "TEXT/EVENT-STREAM"],
  ["in mixed case", "Text/Event-Stream; Charset=UTF-8"],
  ["with spaces around", " \ttext/event-stream \t"],
  ["with spaces before the semicolon", "text/event-stream ; charset=utf-8"],
  ["with spaces in it", "text / event-stream"],
  ["with more behind it", "text/event-streamx"],
  ["with more before it", "xtext/event-stream"],
  ["of HTML", "text/html"],
  ["of JSON", "application/json"],
  ["of plain text", "text/plain"],
  ["with the type only", "text"],
  ["empty", ""],
  ["bogus", "x-bogus"],
  ["*/*", "*/*"],
  ["with a comma", "text/html, text/event-stream"],
  ["with a comma the other way", "text/event-stream, text/html"],
  ["with a comma and nothing", "text/event-stream,"],
  ["twice", "text/event-stream", "text/event-stream"],
  ["two of them, the last right", "text/html", "text/event-stream"],
  ["two of them, the last wrong", "text/event-stream", "text/html"],
  ["two of them, the last bogus", "text/event-stream", "bogus"],
  ["two of them, the last any", "text/event-stream", "*/*"],
];

const redirect = (status: number, location: string): Answer => ({ status, headers: [["Location", location]] });

const shapes: readonly (readonly [name: string, ...answers: Answer[]])[] = [
  ["no Content-Type", { headers: [], ...one }],
  ["a stream with Content-Length", { headers: [eventStream, ["Content-Length", "11"]], ...one }],
  [
    "a stream that is shorter than its Content-Length",
    { headers: [eventStream, ["Content-Length", "50"]], ...one, end: "cut" },
  ],
  ["an empty stream with Content-Length", { headers: [eventStream, ["Content-Length", "0"]] }],
  ["gzip", { headers: [eventStream, ["Content-Encoding", "gzip"]], body: [gzipSync("data: one\n\ndata: two\n\n")] }],
  ["gzip that is no gzip", { headers: [eventStream, ["Content-Encoding", "gzip"]], body: ["data: one\n\n"] }],
  ["an unknown coding", { headers: [eventStream, ["Content-Encoding", "x-bogus"]], ...one }],
  ["nosniff", { headers: [eventStream, ["X-Content-Type-Options", "nosniff"]], ...one }],
  ["Content-Disposition", { headers: [eventStream, ["Content-Disposition", "attachment"]], ...one }],
  [
    "Cache-Control that would allow a cache",
    { headers: [eventStream, ["Cache-Control", "max-age=9999"]], ...one },
    one,
  ],
  ["404 with the right type", { status: 404, ...one }],
  ["a Refresh header", { headers: [eventStream, ["Refresh", "0; url=/"]], ...one }],
  ["a cut before any answer", { end: "cut", headers: [] }, one],
  [
    "three cuts before any answer",
    { end: "cut", headers: [] },
    { end: "cut", headers: [] },
    { end: "cut", headers: [] },
    one,
  ],
  ["a cut behind a message", { ...one, end: "cut" }, one],
  ["a cut in a message", { body: ["data: one\n\nid: 7\ndata: tw"], end: "cut" }, one],
  ["a refused connection", redirect(302, "{refused}/"), one],

  ...[301, 302, 303, 307, 308].map((status) => [`a redirect with ${status}`, redirect(status, "next"), one] as const),
  ["a redirect, then the first URL again", redirect(302, "next"), one, one, redirect(302, "third"), one],
  ["a permanent redirect, then the first URL again", redirect(301, "next"), one, redirect(301, "other"), one],
  [
    "a chain of redirects",
    redirect(301, "a"),
    redirect(302, "b"),
    redirect(303, "c"),
    redirect(307, "d"),
    redirect(308, "e"),
    one,
  ],
  ["twenty redirects", ...Array.from({ length: 20 }, (_, n) => redirect(302, `r${n}`)), one],
  ["twenty-one redirects", ...Array.from({ length: 21 }, (_, n) => redirect(302, `r${n}`)), one],
  ["a redirect without Location", { status: 302, headers: [] }, one],
  ["a redirect without Location but with a stream", { status: 302, ...one }, one],
  ["a redirect to nowhere", redirect(302, "http://[/"), one],
  ["a redirect to another scheme", redirect(302, "ftp://127.0.0.1/"), one],
  ["a redirect to data:", redirect(302, "data:text/event-stream,data:x%0A%0A"), one],
  ["a redirect to a blocked port", redirect(302, "http://127.0.0.1:6667/"), one],
  ["a redirect to 404", redirect(302, "next"), { status: 404, headers: [] }],
  ["a redirect to 204", redirect(302, "next"), { status: 204, headers: [] }],
  ["a redirect with a fragment", redirect(302, "next#fragment"), one],
  ["a redirect to a query", redirect(302, "?query"), one],
];

export const answerScripts: readonly Script[] = [
  ...statuses.map((status) => ({ name: `status ${status}`, answers: [quick, { status, ...one }] })),
  ...types.map(([name, ...values]) => ({
    name: `a Content-Type ${name}`,
    answers: [quick, { headers: values.map((value) => ["Content-Type", value] as const), body: ["data: é\n\n"] }],
  })),
  ...shapes.map(([name, ...answers]) => ({ name, answers: [quick, ...answers] })),
];
