import assert from "node:assert/strict";
import { test } from "node:test";
import { type EventMiddleware, type EventPassage, runEventMiddleware } from "../src/event-middleware.ts";
import type { Event } from "../src/reserved-events.ts";

/** What became of an event, in order. */
function outcome(): { readonly told: unknown[]; readonly passage: EventPassage } {
  const told: unknown[] = [];
  const passage: EventPassage = {
    passed: () => told.push("passed"),
    refused: (error) => told.push(["refused", error]),
    failed: (error) => told.push(["failed", error]),
  };
  return { told, passage };
}

const pass: EventMiddleware = (_event, next) => next();
const no = new Error("no");

const ways: readonly [name: string, middleware: EventMiddleware[], told: unknown[]][] = [
  ["nobody to pass", [], ["passed"]],
  ["all let it pass", [pass, pass], ["passed"]],
  ["one refuses it", [pass, (_event, next) => next(no), () => assert.fail("asked")], [["refused", no]]],
  ["one keeps it", [() => {}, () => assert.fail("asked")], []],
  [
    "one lets it pass twice",
    [
      (_event, next) => {
        next();
        next();
        next(no);
      },
    ],
    ["passed"],
  ],
  [
    "one throws",
    [
      pass,
      () => {
        throw no;
      },
    ],
    [["failed", no]],
  ],
  ["one rejects", [async () => Promise.reject(no)], [["failed", no]]],
  ["a slow one lets it pass", [(_event, next) => void setImmediate(next), pass], ["passed"]],
  [
    "one throws behind a slow one",
    [
      (_event, next) => void Promise.resolve().then(() => next()),
      () => {
        throw no;
      },
    ],
    [["failed", no]],
  ],
  [
    "one throws, and lets it pass later",
    [
      (_event, next) => {
        setImmediate(next);
        throw no;
      },
    ],
    [["failed", no]],
  ],
];

for (const [name, middleware, expected] of ways) {
  test(name, async () => {
    const { told, passage } = outcome();
    runEventMiddleware(middleware, ["e"], passage);
    await new Promise(setImmediate);
    await new Promise(setImmediate);
    assert.deepEqual(told, expected);
  });
}

test("what one changes of the event, the next finds", () => {
  const { passage } = outcome();
  const event: Event = ["e", 1];
  const found: Event[] = [];
  const change: EventMiddleware = (each, next) => {
    each[1] = "changed";
    next();
  };
  runEventMiddleware([change, (each) => void found.push(each)], event, passage);
  assert.deepEqual(found, [["e", "changed"]]);
});

test("one that is added meanwhile is for the next event", () => {
  const { told, passage } = outcome();
  const middleware: EventMiddleware[] = [
    (_event, next) => {
      middleware.push(() => assert.fail("asked"));
      next();
    },
  ];
  runEventMiddleware(middleware, ["e"], passage);
  assert.deepEqual(told, ["passed"]);
});
