/** What happens to a page, with a page of the test's own. */

import assert from "node:assert/strict";
import { before, test } from "node:test";
import type { SessionPlatform } from "../../src/engine/session.ts";
import { Transport } from "../../src/engine/transport.ts";
import { webBase64 } from "../../src/web-base64.ts";

const page = new EventTarget();
const document = { hidden: true };
const added: string[] = [];
Object.assign(globalThis, {
  addEventListener: (name: string, listener: () => void) => {
    added.push(name);
    page.addEventListener(name, listener);
  },
  removeEventListener: (name: string, listener: () => void) => page.removeEventListener(name, listener),
  document,
});

type Modules = typeof import("../../src/engine/page.ts") & typeof import("../../src/engine/session.ts");
let modules: Modules;
before(async () => {
  modules = { ...(await import("../../src/engine/page.ts")), ...(await import("../../src/engine/session.ts")) };
});

const platform: SessionPlatform = {
  transports: { polling: Transport },
  binaryType: "arraybuffer",
  base64: webBase64,
  location: undefined,
};

const tell = (name: string): boolean => page.dispatchEvent(new Event(name));

test("one listener of each kind, whatever the number of sessions", () => {
  for (const _ of [1, 2, 3]) new modules.Session("http://a.example", {}, platform).close();
  assert.deepEqual(added, ["offline", "online", "visibilitychange"]);
});

test("the page wakes when the network is back and when it can be seen", () => {
  let woken = 0;
  const leave = modules.onPage((isAwake) => isAwake && woken++);
  tell("online");
  tell("visibilitychange");
  assert.equal(woken, 1);
  document.hidden = false;
  tell("visibilitychange");
  assert.equal(woken, 2);
  leave();
  tell("online");
  assert.equal(woken, 2);
});

test("offline ends the sessions with other hosts", () => {
  const ends: unknown[][] = [];
  const open = (uri: string): InstanceType<Modules["Session"]> =>
    new modules.Session(uri, {}, platform).on("close", (...end) => ends.push([uri, ...end]));
  const [far, near] = [open("http://a.example"), open("http://localhost:1")];
  tell("offline");
  assert.deepEqual(ends, [["http://a.example", "transport close", { description: "network connection lost" }]]);
  assert.deepEqual([far.readyState, near.readyState], ["closed", "opening"]);
  near.close();
});

test("closeOnBeforeunload: the transport closes in silence", () => {
  const session = new modules.Session("http://a.example", { closeOnBeforeunload: true }, platform);
  const ends: unknown[] = [];
  session.on("close", (reason) => ends.push(reason));
  session.transport.readyState = "open";
  tell("beforeunload");
  assert.deepEqual([session.transport.readyState, ends], ["closed", []]);
  session.close();
});
