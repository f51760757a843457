import assert from "node:assert/strict";
import { test } from "node:test";
import { type Auth, type ConnectAuth, readConnectAuth } from "../../src/engine/connect-auth.ts";

const nonce = "AAAAAAAAAAAAAAAAAAAA_-";
const nothing = { pid: undefined, offset: undefined, nonce: undefined };

const ours = { isRecoverable: false, isOurs: true };
const theirs = { isRecoverable: false, isOurs: false };
const recoverable = { isRecoverable: true, isOurs: true };

const cases: readonly [name: string, server: Parameters<typeof readConnectAuth>[1], auth: Auth, read: ConnectAuth][] = [
  ["nothing", recoverable, {}, { ...nothing, shown: {} }],
  ["the program's own", recoverable, { token: 1 }, { ...nothing, shown: { token: 1 } }],
  ["a pid", recoverable, { pid: "p", token: 1 }, { ...nothing, pid: "p", shown: { token: 1 } }],
  ["a pid and an offset", recoverable, { pid: "p", offset: "o" }, { ...nothing, pid: "p", offset: "o", shown: {} }],
  ["a pid where nobody comes back", ours, { pid: "p" }, { ...nothing, shown: { pid: "p" } }],
  ["a pid that is none", recoverable, { pid: 1 }, { ...nothing, shown: { pid: 1 } }],
  ["an offset that is none", recoverable, { pid: "p", offset: 1 }, { ...nothing, shown: { pid: "p", offset: 1 } }],
  ["an offset alone", recoverable, { offset: "o" }, { ...nothing, shown: { offset: "o" } }],
  ["a nonce", ours, { "anywire:nonce": nonce, token: 1 }, { ...nothing, nonce, shown: { token: 1 } }],
  [
    "all of them",
    recoverable,
    { pid: "p", offset: "o", "anywire:nonce": nonce, token: 1 },
    { pid: "p", offset: "o", nonce, shown: { token: 1 } },
  ],
  [
    "a nonce of a foreign client, which is the program's",
    theirs,
    { "anywire:nonce": nonce },
    { ...nothing, shown: { "anywire:nonce": nonce } },
  ],
];

for (const [name, server, auth, read] of cases)
  test(`reads ${name}`, () => assert.deepEqual(readConnectAuth(auth, server), read));

for (const bad of [nonce.slice(1), `${nonce}A`, nonce.replace("-", "+"), `${nonce}\n`, "", 22, null, [nonce], {}])
  test(`${JSON.stringify(bad)} is no nonce, and is not shown either`, () =>
    assert.deepEqual(readConnectAuth({ "anywire:nonce": bad }, ours), { ...nothing, shown: {} }));
