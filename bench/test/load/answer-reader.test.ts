import assert from "node:assert/strict";
import { test } from "node:test";
import { AnswerReader } from "../../src/load/answer-reader.ts";
import { Disqualified } from "../../src/load/reply-checker.ts";

const answerOf = (body: string): Buffer =>
  Buffer.from(`HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: ${body.length}\r\n\r\n${body}`, "latin1");

test("one answer after the other is read, wherever the bytes are cut", () => {
  const reader = new AnswerReader();
  for (const body of ["ok", "", "42[]\r\n\r\n\xe9"]) {
    const answer = answerOf(body);
    for (let cut = 0; cut < answer.length; cut++) {
      assert.equal(reader.take(answer.subarray(0, cut)), undefined);
      assert.equal(reader.take(answer.subarray(cut)), body);
    }
  }
});

const lies: [name: string, answer: string, reason: RegExp][] = [
  [
    "another status",
    "HTTP/1.1 400 Bad Request\r\nContent-Length: 2\r\n\r\nok",
    /answered a request with "HTTP\/1\.1 400/,
  ],
  ["an answer without a length", "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nok", /answered a request with/],
  ["more than the length says", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok!", /1 bytes came unasked/],
  ["an endless head", `HTTP/1.1 200 OK\r\nX: ${"x".repeat(20_000)}`, /answered a request with/],
  ["an unknown protocol", "ICY 200 OK\r\nContent-Length: 2\r\n\r\nok", /answered a request with/],
];
for (const [name, answer, reason] of lies) {
  test(`${name} disqualifies`, () => {
    assert.throws(
      () => new AnswerReader().take(Buffer.from(answer, "latin1")),
      (error) => error instanceof Disqualified && reason.test(error.message),
    );
  });
}
