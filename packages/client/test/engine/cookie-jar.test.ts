/** The cookies of a session, beside engine.io-client's jar. */

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { Socket } from "engine.io-client";
import { CookieJar, cookieHeader } from "../../src/engine/cookie-jar.ts";
import type { CookieJar as Port } from "../../src/platform.ts";

const now = Date.UTC(2026, 0, 1);

beforeEach(() => mock.timers.enable({ apis: ["Date"], now }));
afterEach(() => mock.timers.reset());

/** engine.io-client's own: of a session without a transport, which dials nobody. */
function theirJar(): Port {
  const socket = new Socket("http://localhost", { withCredentials: true, transports: [] });
  socket.on("error", () => {});
  const jar: unknown = Reflect.get(socket, "_cookieJar");
  assert.ok(typeof jar === "object" && jar !== null && "parseCookies" in jar);
  return jar as Port;
}

/** What is sent back after each answer's `Set-Cookie`; `after` are the milliseconds that pass before that. */
type Case = readonly [name: string, setCookie: readonly string[], header: string | undefined, after?: number];

const alike: readonly Case[] = [
  ["one cookie", ["sid=1"], "sid=1"],
  ["several", ["a=1", "b=2"], "a=1; b=2"],
  ["attributes that mean nothing here", ["a=1; Path=/x; Domain=example.com; Secure; HttpOnly; SameSite=None"], "a=1"],
  ["an equals sign in the value", ["a=b=c=="], "a=b=c=="],
  ["an empty value", ["a="], "a="],
  ["a value in quotes", ['a="b c"'], "a=b c"],
  ["blanks around", ["  a  =  1  ; Path=/"], "a=1"],
  ["a new value", ["a=1", "b=2", "a=3"], "a=3; b=2"],
  ["no name", ["=1"], undefined],
  ["no equals sign", ["a"], undefined],
  ["nothing", [""], undefined],
  ["Max-Age that has not passed", ["a=1; Max-Age=10"], "a=1", 9_999],
  ["Max-Age that has passed", ["a=1; Max-Age=10"], undefined, 10_000],
  ["Max-Age of zero", ["a=1", "a=1; Max-Age=0"], undefined],
  ["Max-Age below zero", ["a=1; max-age=-1"], undefined],
  ["Max-Age that is no number", ["a=1; Max-Age=soon"], undefined],
  ["Max-Age of nothing", ["a=1; Max-Age="], undefined],
  ["Max-Age beyond all dates", [`a=1; Max-Age=${"9".repeat(30)}`], "a=1"],
  ["Expires to come", ["a=1; Expires=Fri, 02 Jan 2026 00:00:00 GMT"], "a=1"],
  ["Expires that has passed", ["a=1", "a=1; expires=Thu, 01 Jan 1970 00:00:00 GMT"], undefined],
  ["Expires that comes", ["a=1; Expires=Fri, 02 Jan 2026 00:00:00 GMT"], undefined, 24 * 3_600_000],
  ["Expires that is no date", ["a=1; Expires=soon"], undefined],
  ["a cookie that lives as long as the session", ["a=1"], "a=1", 1e12],
  ["names of Object.prototype", ["__proto__=1", "constructor=2"], "__proto__=1; constructor=2"],
];

/** What we do better. */
const ours: readonly Case[] = [
  ["Max-Age before Expires", ["a=1; Max-Age=10; Expires=Thu, 01 Jan 1970 00:00:00 GMT"], "a=1"],
  ["Max-Age of zero before Expires", ["a=1; Max-Age=0; Expires=Fri, 02 Jan 2026 00:00:00 GMT"], undefined],
  ["no blank behind the semicolon", ["a=1;Max-Age=0"], undefined],
  ["a quote at one end alone", ['a="b'], 'a="b'],
  ["a header in the value", ["a=1\r\nX: y"], undefined],
  ["NUL and what latin1 does not have", ["a=\0", "b=\u20ac"], undefined],
  ["4096 bytes", [`a=${"x".repeat(4_095)}`], `a=${"x".repeat(4_095)}`],
  ["more than 4096 bytes", [`a=${"x".repeat(4_096)}`], undefined],
];

for (const [who, cases, create] of [
  ["engine.io-client", alike, theirJar],
  ["ours", [...alike, ...ours], () => new CookieJar()],
] as const) {
  for (const [name, setCookie, header, after = 0] of cases) {
    test(`${who} keeps what it should of ${name}`, () => {
      const jar = create();
      for (const each of setCookie) jar.parseCookies([each]);
      mock.timers.tick(after);
      assert.equal(cookieHeader(jar), header);
    });
  }
}

test("no header Set-Cookie at all is nothing", () => {
  const jar = new CookieJar();
  jar.parseCookies(undefined);
  jar.parseCookies(null);
  assert.equal(cookieHeader(jar), undefined);
});

test("the fifty newest cookies are kept", () => {
  const jar = new CookieJar();
  for (let n = 0; n < 1_000; n++) jar.parseCookies([`c${n}=1`]);
  const names = [...jar.cookies].map(([name]) => name);
  assert.deepEqual([names.length, names[0], names.at(-1)], [50, "c950", "c999"]);
});

test("the program's own cookies go first", () => {
  const jar = new CookieJar();
  jar.parseCookies(["b=2"]);
  assert.equal(cookieHeader(jar, "a=1"), "a=1; b=2");
  assert.equal(cookieHeader(jar, ["a=1", "c=3"]), "a=1; c=3; b=2");
  assert.equal(cookieHeader(undefined, "a=1"), "a=1");
  assert.equal(cookieHeader(undefined), undefined);
});

test("transports on fetch and on XMLHttpRequest get the cookies too", () => {
  const jar = new CookieJar();
  const headers = new Headers();
  jar.appendCookies(headers);
  assert.equal(headers.get("cookie"), null);
  jar.parseCookies(["a=1", "b=2"]);
  jar.appendCookies(headers);
  assert.equal(headers.get("cookie"), "a=1; b=2");
  const set: unknown[] = [];
  jar.addCookies({
    setDisableHeaderCheck: (off) => set.push(off),
    setRequestHeader: (name, value) => set.push(name, value),
  });
  assert.deepEqual(set, [true, "cookie", "a=1; b=2"]);
});
