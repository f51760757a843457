import assert from "node:assert/strict";
import { test } from "node:test";
import type { AnyNamespace } from "../src/namespace.ts";
import type { NamespaceJudge } from "../src/namespaces.ts";
import { Server } from "../src/server.ts";
import { patience, RawHouse } from "./raw-house.ts";

const names: readonly [given: unknown, name: string][] = [
  ["/a", "/a"],
  ["a", "/a"],
  ["", "/"],
  ["/", "/"],
  [5, "/5"],
  [undefined, "/undefined"],
  ["__proto__", "/__proto__"],
  ["/a/", "/a/"],
];

for (const [given, name] of names) {
  test(`of(${JSON.stringify(given)}) is ${name}, each time the same`, () => {
    const io = new Server();
    const namespace = io.of(given as string);
    assert.equal(namespace.name, name);
    assert.equal(io.of(name), namespace);
  });
}

test("the listener that is given hears of who connects", patience, async (t) => {
  const house = await RawHouse.open(t);
  const connected = new Promise((resolve) => house.io.of("/a", resolve));
  await house.client("EIO=4", "/a");
  await connected;
});

test("those that the program names, or clients bring about, are told as new_namespace; the first is not new", () => {
  const io = new Server();
  const told: string[] = [];
  io.on("new_namespace", (namespace) => told.push(namespace.name));
  io.of(/^\/x/);
  io.of("/");
  io.of("/a");
  io.of("/a");
  io.of("/x1");
  assert.deepEqual(told, ["/a", "/x1"]);
});

for (const pattern of [/a/g, /a/y]) {
  test(`${pattern} remembers where it stopped: refused`, () => {
    assert.throws(() => new Server().of(pattern), /stateful/);
  });
}

/** Asks for the namespace as a client does. */
function find(io: Server, name: string): Promise<AnyNamespace | undefined> {
  return new Promise((resolve) => io.findNamespace(name, { token: "x" }, resolve));
}

const allow: NamespaceJudge = (_name, _auth, decide) => decide(null, true);
const refuse: NamespaceJudge = (_name, _auth, decide) => decide(null, false);
const fail: NamespaceJudge = (_name, _auth, decide) => decide(new Error("no"), true);
const hesitate: NamespaceJudge = (_name, _auth, decide) => void setImmediate(decide, null, true);
const repeat: NamespaceJudge = (...asked) => {
  refuse(...asked);
  allow(...asked);
};

const verdicts: readonly [name: string, judges: (NamespaceJudge | RegExp)[], by: number | undefined][] = [
  ["nobody", [], undefined],
  ["one that allows", [allow], 0],
  ["one that refuses", [refuse], undefined],
  ["one that gives an error", [fail], undefined],
  ["the first that allows", [refuse, fail, allow, hesitate], 2],
  ["one that takes its time", [refuse, hesitate], 1],
  ["one that says no, then yes", [repeat], undefined],
  ["a pattern", [/^\/b$/, /^\/a$/], 1],
];

for (const [name, judges, by] of verdicts) {
  test(`decided by ${name}`, async () => {
    const io = new Server();
    const parents = judges.map((judge) => io.of(judge as RegExp));
    const found = await find(io, "/a");
    assert.equal(
      parents.findIndex((parent) => found !== undefined && parent.children.has(found)),
      by ?? -1,
    );
    assert.equal(found?.name, by === undefined ? undefined : "/a");
    if (found !== undefined) assert.equal(await find(io, "/a"), found, "nobody is asked about what is there");
  });
}

test("the judge is told the name and the credentials", async () => {
  const io = new Server();
  const told: unknown[] = [];
  io.of((name, auth, decide) => {
    told.push(name, auth);
    decide(null, false);
  });
  await find(io, "/a");
  assert.deepEqual(told, ["/a", { token: "x" }]);
});

test("two that ask at once for what is not there yet get the same", async () => {
  const io = new Server();
  io.of(hesitate);
  const [one, other] = await Promise.all([find(io, "/a"), find(io, "/a")]);
  assert.equal(one, other);
});
