import assert from "node:assert/strict";
import { test } from "node:test";
import type { Answer } from "../src/link.ts";
import { OnceTable } from "../src/once.ts";

const answer: Answer = { args: ["done"] };

class Client {
  readonly answers: Answer[] = [];
  private readonly table: OnceTable;
  private readonly reply = (answer: Answer): void => void this.answers.push(answer);

  constructor(table = new OnceTable()) {
    this.table = table;
  }

  /** @returns how the handler answers; undefined if it does not run */
  emit(id: string, now = 0): ((answer: Answer) => void) | undefined {
    return this.table.repeats(id, this.reply, now) ? undefined : this.table.begin(id, this.reply, now);
  }
}

test("a repeat after the answer gets the stored answer", () => {
  const client = new Client();
  client.emit("1")?.(answer);
  assert.equal(client.emit("1"), undefined);
  assert.deepEqual(client.answers, [answer, answer]);
});

test("a repeat before the answer gets it with the first, once each", () => {
  const client = new Client();
  const reply = client.emit("1");
  assert.equal(client.emit("1"), undefined);
  assert.equal(client.emit("1"), undefined);
  assert.deepEqual(client.answers, []);
  reply?.(answer);
  assert.deepEqual(client.answers, [answer, answer, answer]);
});

test("an emit that wants no answer runs once too; a repeat that wants one is answered with nothing", () => {
  const table = new OnceTable();
  const client = new Client(table);
  assert.equal(table.repeats("1", undefined, 0), false);
  assert.equal(table.begin("1", undefined, 0), undefined);
  assert.equal(table.repeats("1", undefined, 0), true);
  assert.equal(client.emit("1"), undefined);
  assert.deepEqual(client.answers, [{ args: [] }]);
});

test("ids with the names of an object's own things are ids like others", () => {
  const client = new Client();
  for (const id of ["__proto__", "constructor", ""]) {
    assert.notEqual(client.emit(id), undefined);
    assert.equal(client.emit(id), undefined);
  }
});

test("remembers 1,000 emits, the newest, for two minutes", () => {
  const client = new Client();
  for (let id = 0; id < 5000; id++) client.emit(`${id}`);
  assert.notEqual(client.emit("3999"), undefined);
  assert.equal(client.emit("4999", 119_999), undefined);
  assert.notEqual(client.emit("4998", 120_000), undefined);
});

test("stored answers take a mebibyte at most: the oldest is forgotten, and its emit does not run again", () => {
  const client = new Client();
  const large: Answer = { args: ["x".repeat(400_000)] };
  for (const id of ["1", "2", "3"]) client.emit(id)?.(large);
  client.answers.length = 0;
  for (const id of ["1", "2", "3"]) assert.equal(client.emit(id), undefined);
  const [first, ...others] = client.answers;
  assert.equal(first !== undefined && "error" in first && first.error.code, "answer-forgotten");
  assert.deepEqual(others, [large, large]);
});

test("an answer that comes when its emit was forgotten takes no room", () => {
  const client = new Client();
  const late = client.emit("late", 0);
  const large: Answer = { args: ["x".repeat(900_000)] };
  client.emit("kept", 120_000)?.(large);
  late?.(large);
  client.answers.length = 0;
  client.emit("kept", 120_000);
  assert.deepEqual(client.answers, [large]);
});

test("a client that repeats an unanswered emit over and over is told so", () => {
  const client = new Client();
  const reply = client.emit("1");
  for (let repeat = 0; repeat < 20; repeat++) client.emit("1");
  assert.deepEqual(
    client.answers.map((given) => "error" in given && given.error.code),
    Array(4).fill("too-many"),
  );
  reply?.(answer);
  assert.equal(client.answers.length, 21);
});
