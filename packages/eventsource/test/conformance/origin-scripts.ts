/** Scripts of where an EventSource may connect to, and with what: URLs, origins, CORS, cookies. */

import { type Answer, eventStream, quick, type Script } from "./script.ts";

const allowAny = ["Access-Control-Allow-Origin", "*"] as const;
const allowHere = ["Access-Control-Allow-Origin", "{here}"] as const;
const allowCredentials = ["Access-Control-Allow-Credentials", "true"] as const;
type Header = readonly [name: string, value: string];

const say = (text: string, ...headers: readonly Header[]): Answer => ({
  headers: [eventStream, ...headers],
  body: [text],
});
const to = (location: string, ...headers: readonly Header[]): Answer => ({
  status: 302,
  headers: [["Location", location], ...headers],
});

const dead: readonly string[] = [
  "mailto:a@b.example",
  "ftp://127.0.0.1/",
  "ws://127.0.0.1/",
  "wss://127.0.0.1/",
  "about:blank",
  "about:event-stream",
  "javascript:alert('no')",
  "file:///etc/hostname",
  "x-bogus:x",
  "tel:1",
  "data:text/html,data:x%0A%0A",
  "data:,data:x%0A%0A",
];

/** Nothing answers there, and a client may see that it never will. */
const futile: readonly string[] = [
  "blob:x",
  "http://127.0.0.1:1/",
  "http://127.0.0.1:22/",
  "http://127.0.0.1:6000/",
  "http://127.0.0.1:10080/",
  "https://127.0.0.1:25/",
  "blob:{here}/00000000-0000-0000-0000-000000000000",
  "data:bogus",
];

/** They open, and end when the program has had enough. */
const alive: readonly string[] = [
  "data:text/event-stream,data:one%0A%0Adata:two%0A%0A",
  "data:text/event-stream;charset=utf-8;base64,ZGF0YTogw6kKCg==",
  "data:TEXT/Event-Stream,data:one%0A%0A",
  "{blob}",
];

const foreign: readonly (readonly [name: string, ...answers: Answer[]])[] = [
  ["another origin that allows any", say("retry: 1\ndata: one\n\n", allowAny), say("data: two\n\n", allowAny)],
  ["another origin that allows this one", say("retry: 1\ndata: one\n\n", allowHere), say("data: two\n\n", allowHere)],
  ["another origin and an id", say("retry: 1\nid: 1\ndata: one\n\n", allowAny), say("data: two\n\n", allowAny)],
];

const barred: readonly (readonly [name: string, ...answers: Answer[]])[] = [
  ["another origin that allows nobody", say("data: one\n\n")],
  ["another origin that allows a third", say("data: one\n\n", ["Access-Control-Allow-Origin", "http://third.example"])],
  ["another origin that allows an empty one", say("data: one\n\n", ["Access-Control-Allow-Origin", ""])],
];

const unsafeIds: readonly (readonly [name: string, id: string])[] = [
  ["an id that asks for a preflight", "e5p3n<3k0k0s"],
  ["an id of 255 characters", "a".repeat(255)],
  ["an id of other scripts", "é…"],
];

const cookies = (...headers: readonly Header[]): readonly Answer[] => [
  say("retry: 1\ndata: one\n\n", ["Set-Cookie", "a=b"], ...headers),
  say("data: two\n\n", ["Set-Cookie", "a=c"], ["Set-Cookie", "d=e; HttpOnly"], ...headers),
  say("data: three\n\n", ["Set-Cookie", "a=; Max-Age=0"], ...headers),
  say("data: four\n\n", ...headers),
];

export const originScripts: readonly Script[] = [
  ...dead.map((url) => ({ name: `the URL ${url}`, answers: [], url })),
  ...futile.map((url) => ({ name: `the URL ${url}`, answers: [], url, closeAt: "error 1" })),
  ...alive.map((url) => ({ name: `the URL ${url}`, answers: [], url, closeAt: "message 1" })),
  { name: "a URL with a fragment", answers: [quick], url: "{run}#fragment" },
  { name: "a URL with a query", answers: [quick], url: "{run}?é=ü&%C3" },
  { name: "a URL with spaces around", answers: [quick], url: "\n {run}\t" },

  ...foreign.map(([name, ...answers]) => ({ name, answers, foreign: true })),
  ...barred.map(([name, ...answers]) => ({ name, answers, foreign: true, closeAt: "error 1" })),
  {
    name: "an origin that is barred later",
    answers: [say("retry: 1\ndata: one\n\n", allowAny), say("data: two\n\n")],
    foreign: true,
    closeAt: "error 2",
  },
  { name: "a redirect to another origin", answers: [quick, to("{other}{path}x"), say("data: one\n\n", allowAny)] },
  {
    name: "a redirect to another origin and an id",
    answers: [quick, say("id: 1\n\n"), to("{other}{path}x"), say("data: one\n\n", allowAny)],
  },
  {
    name: "a redirect to an origin that is barred",
    answers: [quick, to("{other}{path}x"), say("data: one\n\n")],
    closeAt: "error 2",
  },
  {
    name: "a redirect to another origin and back",
    answers: [quick, to("{other}{path}x"), to("{here}{path}y", allowAny), say("data: one\n\n", allowAny)],
  },
  {
    name: "a redirect from another origin to here",
    answers: [to("{here}{path}y", allowAny), say("retry: 1\ndata: one\n\n", allowAny)],
    foreign: true,
  },
  ...unsafeIds.map(([name, id]) => ({
    name: `another origin and ${name}`,
    answers: [say(`retry: 1\nid: ${id}\ndata: one\n\n`, allowAny), say("data: two\n\n", allowAny)],
    foreign: true,
  })),

  { name: "cookies", answers: cookies() },
  { name: "cookies, withCredentials", answers: cookies(), withCredentials: true },
  { name: "cookies of another origin", answers: cookies(allowHere, allowCredentials), foreign: true },
  {
    name: "cookies of another origin, withCredentials",
    answers: cookies(allowHere, allowCredentials),
    foreign: true,
    withCredentials: true,
  },
  {
    name: "withCredentials without leave",
    answers: [say("data: one\n\n", allowHere)],
    foreign: true,
    withCredentials: true,
    closeAt: "error 1",
  },
  {
    name: "withCredentials where any is allowed",
    answers: [say("data: one\n\n", allowAny, allowCredentials)],
    foreign: true,
    withCredentials: true,
    closeAt: "error 1",
  },
  {
    name: "a cookie of a redirect",
    answers: [quick, to("next", ["Set-Cookie", "a=b"]), say("data: one\n\n"), say("data: two\n\n")],
    withCredentials: true,
  },
];
