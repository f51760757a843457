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
    const repeat = { id, reply: this.reply, isAlone: false, again: () => {} };
    return this.table.repeats(repeat, now) ? undefined : this.table.begin(id, this.reply, now)?.reply;
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
  const repeat = { id: "1", reply: undefined, isAlone: false, again: () => assert.fail("ran again") };
  assert.equal(table.repeats(repeat, 0), false);
  assert.equal(table.begin("1", undefined, 0), undefined);
  assert.equal(table.repeats(repeat, 0), true);
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

test("remembers 1,000 emits, the newest, for two minutes since each came last", () => {
  const client = new Client();
  for (let id = 0; id < 5000; id++) client.emit(`${id}`);
  assert.notEqual(client.emit("3999"), undefined);
  assert.equal(client.emit("4999", 119_999), undefined);
  assert.notEqual(client.emit("4998", 120_000), undefined);
  assert.equal(client.emit("4999", 239_998), undefined);
});

test("a repeat of the oldest of 1,000 does not make room for itself", () => {
  const client = new Client();
  for (let id = 0; id < 1_000; id++) client.emit(`${id}`)?.(answer);
  assert.equal(client.emit("0"), undefined);
  assert.notEqual(client.emit("1000"), undefined);
  assert.equal(client.emit("0"), undefined); // it was the newest
  assert.notEqual(client.emit("1"), undefined);
});

test("a repeat on a newer link is answered there alone, and as often as it comes", () => {
  const table = new OnceTable();
  const answers: string[] = [];
  const replyOf = (link: string) => (): void => void answers.push(link);
  const begun = table.begin("1", replyOf("first"), 0);
  for (let link = 0; link < 100; link++)
    assert.ok(table.repeats({ id: "1", reply: replyOf(`${link}`), isAlone: true, again: () => {} }, 0));
  begun?.reply(answer);
  assert.deepEqual(answers, ["99"]);
  table.repeats({ id: "1", reply: replyOf("late"), isAlone: true, again: () => {} }, 0);
  assert.deepEqual(answers, ["99", "late"]);
});

test("what does not run after all is run by its last repeat, and is remembered no more", () => {
  const table = new OnceTable();
  const ran: string[] = [];
  const repeatOf = (link: string) => ({ id: "1", reply: () => {}, isAlone: true, again: () => void ran.push(link) });
  const begun = table.begin("1", () => {}, 0);
  for (const link of ["second", "third"]) table.repeats(repeatOf(link), 0);
  begun?.dropped();
  assert.deepEqual(ran, ["third"]);
  assert.equal(table.repeats(repeatOf("fourth"), 0), false);
});

test("tells what it takes: nothing, when all is forgotten", () => {
  let bytes = 0;
  const table = new OnceTable((more) => {
    bytes += more;
  });
  table.begin("1", () => {}, 0)?.reply({ args: ["x".repeat(1_000)] });
  assert.ok(bytes > 1_000 && bytes < 2_000, `${bytes}`);
  table.begin("2", () => {}, 0)?.dropped();
  table.repeats({ id: "3", reply: undefined, isAlone: true, again: () => {} }, 120_000);
  assert.equal(bytes, 0);
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
