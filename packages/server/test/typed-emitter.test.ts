import assert from "node:assert/strict";
import { test } from "node:test";
import type { DefaultEventsMap } from "@anywire/protocol/emitter";
import { TypedEmitter } from "../src/typed-emitter.ts";

interface Listen {
  add: (a: number, b: number) => void;
  later: (a: string) => Promise<void>;
}

interface Emit {
  sum: (value: number) => void;
}

interface Reserved {
  connection: (id: string) => void;
}

class Program extends TypedEmitter<Listen, Emit, Reserved> {}
class Free extends TypedEmitter<DefaultEventsMap, DefaultEventsMap, Reserved> {}

/** What the server does with its own events: the compiler stands aside. */
function raise(emitter: TypedEmitter<never, DefaultEventsMap, never>, event: string, ...args: unknown[]): boolean {
  return emitter.emit(event, ...args);
}

test("listeners get what the maps say", () => {
  const seen: unknown[] = [];
  const program = new Program()
    .on("connection", (id) => void seen.push(id satisfies string))
    .once("add", (a, b) => void seen.push(a + (b satisfies number)))
    .on("later", async (a) => void seen.push(a.length));
  for (let n = 0; n < 2; n++) raise(program, "add", 1, 2);
  raise(program, "connection", "a");
  raise(program, "later", "abc");
  assert.deepEqual(seen, [3, "a", 3]);
});

test("`emit` sends what the map says, and tells whether someone listens", () => {
  const program = new Program();
  assert.equal(program.emit("sum", 1), false);
  // biome-ignore lint/suspicious/noExplicitAny: what is not in the map can be listened to as on any emitter
  program.addListener("sum", (value: any) => assert.equal(value, 1));
  assert.equal(program.emit("sum", 1), true);
});

test("wrong names and arguments do not compile", () => {
  const program = new Program();
  // @ts-expect-error: not in the map
  program.on("subtract", () => {});
  // @ts-expect-error: it is a number
  program.on("add", (a: string) => a);
  // @ts-expect-error: only the server emits it
  program.emit("connection", "a");
  // @ts-expect-error: it is a number
  program.emit("sum", "1");
  assert.deepEqual(program.eventNames(), ["subtract", "add"]);
});

test("without maps all names are free, and reserved ones still have their types", () => {
  const free = new Free().on("whatever", (a: number, b) => [a, b]).on("connection", (id) => id satisfies string);
  // @ts-expect-error: it is a text
  free.once("connection", (id: number) => id);
  assert.equal(free.emit("whatever", 1, "b", null), true);
});

test("listeners are those that were given", () => {
  const add = (a: number, b: number): number => a + b;
  const program = new Program().on("add", add).once("add", add);
  assert.deepEqual(program.listeners("add"), [add, add]);
  assert.deepEqual(program.off("add", add).off("add", add).listeners("add"), []);
});
