import assert from "node:assert/strict";
import { test } from "node:test";
import { type Format, type OutgoingEvent, PreparedRun } from "../src/link.ts";
import { CountingFormat } from "./fake-link.ts";

function event(name: string, ack?: number): OutgoingEvent {
  return { name, args: [], id: undefined, ack };
}

test("a run is encoded and joined once per format, however many take it", () => {
  const run = new PreparedRun([event("a"), event("b")]);
  const formats = [new CountingFormat(), new CountingFormat()];
  for (let taker = 0; taker < 10; taker++) {
    for (const format of formats) {
      assert.deepEqual(
        run.encodedFor(format)?.map(({ name }) => name),
        ["a", "b"],
      );
      assert.equal(run.encodedFor(format), run.encodedFor(format));
    }
  }
  assert.deepEqual(
    formats.map(({ encoded, joined }) => [encoded, joined]),
    [
      [2, 1],
      [2, 1],
    ],
  );
});

/** Carries only events called `message`. */
class MessagesOnly implements Format<string> {
  encoded = 0;

  encode({ name }: OutgoingEvent): string | undefined {
    this.encoded += 1;
    return name === "message" ? name : undefined;
  }

  join(parts: readonly string[]): string {
    return parts.join("+");
  }
}

const partly: [name: string, events: string[], encoded: string | undefined][] = [
  ["one event is not joined", ["message"], "message"],
  ["what the wire does not carry is left out", ["a", "message", "b", "message"], "message+message"],
  ["a run of which it carries nothing is nothing", ["a", "b"], undefined],
  ["an empty run is nothing", [], undefined],
];
for (const [name, events, encoded] of partly) {
  test(name, () => {
    const format = new MessagesOnly();
    const run = new PreparedRun(events.map((each) => event(each)));
    assert.equal(run.encodedFor(format), encoded);
    assert.equal(run.encodedFor(format), encoded);
    assert.equal(format.encoded, events.length);
  });
}

test("a run knows whether an ack is wanted, and whether it may be lost", () => {
  assert.equal(new PreparedRun([event("a"), event("b", 0)]).wantsAck, true);
  assert.equal(new PreparedRun([event("a")]).wantsAck, false);
  assert.equal(new PreparedRun([]).options.volatile, undefined);
  assert.equal(new PreparedRun([], { volatile: true }).options.volatile, true);
});

test("an event that a format cannot write is reported and left out, once, and the others go", () => {
  const format: Format<string> = {
    encode({ name }) {
      if (name === "bad") throw new RangeError("cannot be written");
      return name;
    },
    join: (parts) => parts.join(),
  };
  const failures: unknown[] = [];
  const run = new PreparedRun([event("a"), event("bad"), event("b")], {}, (error, { name }) => {
    failures.push([String(error), name]);
  });
  assert.equal(run.encodedFor(format), "a,b");
  assert.equal(run.encodedFor(format), "a,b");
  assert.deepEqual(failures, [["RangeError: cannot be written", "bad"]]);
  const other = new MessagesOnly();
  assert.equal(run.encodedFor(other), undefined);
  assert.equal(run.encodedFor(format), "a,b", "another format's bytes never answer for this one");
});
