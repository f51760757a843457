/** Options: what is refused, and what is taken when nothing is given. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { checkHost, parsePort, resolveAppOptions } from "../src/config.ts";
import { AppError, type AppErrorCode } from "../src/errors.ts";

const refusedWith = (code: AppErrorCode) => (error: unknown) => error instanceof AppError && error.code === code;

test("without options it is port 3000 of localhost", () => {
  const { host, port } = resolveAppOptions({});
  assert.deepEqual({ host, port }, { host: "localhost", port: 3000 });
});

for (const [text, port] of [
  ["0", 0],
  ["80", 80],
  ["65535", 65_535],
  ["03000", 3_000],
] as const) {
  test(`${text} is a port`, () => assert.equal(parsePort(text), port));
}

for (const text of ["", " ", "x", "-1", "+1", "1.5", "1e3", "0x50", "65536", "999999", "3000 ", "３０００"]) {
  test(`${JSON.stringify(text)} is no port`, () => assert.throws(() => parsePort(text), refusedWith("bad-port")));
}

for (const port of [-1, 1.5, 65_536, Number.NaN, Number.POSITIVE_INFINITY]) {
  test(`${port} is no port of an app`, () => {
    assert.throws(() => resolveAppOptions({ port }), refusedWith("bad-port"));
  });
}

for (const host of ["localhost", "127.0.0.1", "::1", "::", "fe80::1%eth0", "my-host.example"]) {
  test(`${host} may be a host`, () => assert.equal(checkHost(host), host));
}

for (const host of ["", " ", "a b", "http://localhost", "localhost\n", "a/b"]) {
  test(`${JSON.stringify(host)} is no host, and nothing is listened on by mistake`, () => {
    assert.throws(() => resolveAppOptions({ host }), refusedWith("bad-host"));
  });
}
