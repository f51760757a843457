/** The parser by callbacks: what it tells, side by side with `eventsource-parser`, and where it goes its own way. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as peer from "eventsource-parser";
import fc from "fast-check";
import * as ours from "../src/parser.ts";
import { inAllLineEnds, piecesOf, waysToCut } from "./stream-recorder.ts";

type Call = [callback: string, told: unknown];

/** The callbacks that both have, which remember their calls. */
function recorder(calls: Call[]): Pick<ours.ParserConfig, "onEvent" | "onRetry" | "onComment"> & {
  onError(error: peer.ParseError | ours.ParseError): void;
} {
  return {
    onEvent: (event) => calls.push(["event", event]),
    onRetry: (retry) => calls.push(["retry", retry]),
    onComment: (comment) => calls.push(["comment", comment]),
    onError: ({ name, message, type, field, value, line }) =>
      calls.push(["error", { name, message, type, field, value, line }]),
  };
}

function callsOf(create: typeof ours.createParser | typeof peer.createParser, pieces: readonly string[]): Call[] {
  const calls: Call[] = [];
  const { feed } = create(recorder(calls)); // it is a function of its own, not bound to the parser
  for (const piece of pieces) feed(piece);
  return calls;
}

const streams = [
  "data: a\n\n",
  "event: b\nid: 1\ndata: a\ndata:b\n\n",
  "event:\nid:\ndata\n\n",
  "id: 1\n\ndata: a\n\nid: 1\0\ndata: b\n\n",
  "retry: 10\nretry:\nretry: 1x\nretry: 9007199254740991\n\n",
  ": comment\n:comment\n:  two\n:\n",
  "unknown: value\nunknown\nUnknown:value\n a name of more than twenty characters: 1\n",
  "\n\n\ndata: a\n\n\n",
  "\u00ef\u00bb\u00bfdata: a\n\n\u00ef\u00bb\u00bfdata: b\n\n",
  "data: never ends",
];

for (const stream of streams) {
  test(`tells of ${JSON.stringify(stream)} what the peer tells`, () => {
    for (const text of inAllLineEnds(`${stream}:\n`)) {
      assert.deepEqual(callsOf(ours.createParser, [text]), callsOf(peer.createParser, [`${text}:`]));
    }
  });
}

test("tells of any text what the peer tells, at any split", () => {
  const fragment = fc.constantFrom(..."data:|data|event:|id:|retry:|:| |a|1|\0|\n|\r|\r\n|\n\n".split("|"));
  fc.assert(
    fc.property(fc.array(fragment), fc.array(fc.nat({ max: 9 })), (fragments, cuts) => {
      const stream = `${fragments.join("")}\n:`; // the peer waits behind a CR for what comes next
      assert.deepEqual(callsOf(ours.createParser, piecesOf(stream, cuts)), callsOf(peer.createParser, [stream]));
    }),
    { numRuns: 1_000 },
  );
});

test("without callbacks nothing is told, and nothing fails", () => {
  ours.createParser({}).feed(streams.join("\n"));
});

test("ids are told when their block has ended, before its event, with data or without", () => {
  for (const text of inAllLineEnds("id: 1\nid: 2\n\nid\n\nid: 3\0\n\ndata: a\nid: 4\n\nid: 5")) {
    for (const pieces of waysToCut(text)) {
      const calls: string[] = [];
      const { feed } = ours.createParser({ onId: (id) => calls.push(id), onEvent: ({ data }) => calls.push(data) });
      for (const piece of pieces) feed(piece);
      assert.deepEqual(calls, ["2", "", "4", "a"]);
    }
  }
});

test("a byte order mark is taken away once, decoded or as three characters", () => {
  for (const mark of ["\ufeff", "\u00ef\u00bb\u00bf"]) {
    const parser = ours.createParser({ onEvent: ({ data }) => events.push(data) });
    const events: string[] = [];
    for (const text of ["", `${mark}data: a\n\n`, `${mark}data: b\n\n`, `data: c\n\n${mark}`]) parser.feed(text);
    assert.deepEqual(events, ["a", "c"]);
    parser.reset();
    parser.feed(`${mark}data: d\n\n`);
    assert.deepEqual(events, ["a", "c", "d"]);
  }
});

test("a reconnection time beyond all measure is the largest integer, never Infinity", () => {
  const times: number[] = [];
  ours.createParser({ onRetry: (retry) => times.push(retry) }).feed(`retry: ${"9".repeat(400)}\n`);
  assert.deepEqual(times, [Number.MAX_SAFE_INTEGER]);
});

describe("more than it keeps", () => {
  const created = [ours.createParser, peer.createParser];
  const texts: string[][] = [["data: too long"], ["data: 1\n", "data: 2\n", "data: 3\n", "data: 4\n", "data: 5\n"]];
  for (const pieces of texts) {
    test(`is reported as by the peer: ${JSON.stringify(pieces.join(""))}`, () => {
      const [calls, peerCalls] = created.map((create) => {
        const calls: Call[] = [];
        const parser = create({ ...recorder(calls), maxBufferSize: 8 });
        for (const piece of pieces) parser.feed(piece);
        assert.throws(() => parser.feed("data: a\n\n"), {
          name: "Error",
          message:
            "Cannot feed parser: it was terminated after exceeding the configured max buffer size. Call `reset()` to resume parsing.",
        });
        parser.reset();
        parser.feed("data: a\n\n");
        return calls;
      });
      assert.deepEqual(calls, peerCalls);
      assert.equal(calls?.length, 2);
    });
  }

  test("counts ids and names too, which the peer does not", () => {
    const calls: Call[] = [];
    const parser = ours.createParser({ ...recorder(calls), maxBufferSize: 8 });
    parser.feed("id: 12345\nevent: 6789\n");
    assert.throws(() => parser.feed("\n"));
    assert.equal(calls.length, 1);
  });

  test("is never reached without a limit", () => {
    const parser = ours.createParser({ maxBufferSize: Number.POSITIVE_INFINITY, onError: () => assert.fail() });
    parser.feed("x".repeat(ours.defaultMaxBufferSize + 1));
  });

  for (const maxBufferSize of [-1, Number.NaN, "8", null]) {
    test(`a limit of ${JSON.stringify(maxBufferSize)} is refused`, () => {
      const config = { maxBufferSize };
      assert.throws(() => Reflect.apply(ours.createParser, undefined, [config]), { code: "bad-buffer-size" });
    });
  }
});

const unfinished: [text: string, calls: number][] = [
  ['{"error":"no event stream"}', 1],
  ["retry: 10", 1],
  [": comment", 1],
  ["data: a", 0],
  ["data: a\n", 0],
  ["unknown\n", 1],
  ["unknown\r", 1],
];
for (const [text, count] of unfinished) {
  test(`a reset that consumes ${JSON.stringify(text)} tells what the peer tells, one that does not tells nothing`, () => {
    for (const options of [{ consume: true }, { consume: false }, {}, undefined]) {
      const [calls, peerCalls] = [ours.createParser, peer.createParser].map((create) => {
        const calls: Call[] = [];
        const parser = create(recorder(calls));
        parser.feed(text);
        parser.reset(options);
        parser.feed("data: b\n\n");
        return calls;
      });
      if (!text.endsWith("\r")) assert.deepEqual(calls, peerCalls);
      const lineEnded = /[\r\n]$/.test(text);
      assert.equal(calls?.length, 1 + (lineEnded || options?.consume ? count : 0));
    }
  });
}

describe("a callback", () => {
  test("that throws leaves a parser that goes on where it was", () => {
    const events: string[] = [];
    const parser = ours.createParser({
      onEvent: ({ data }) => {
        events.push(data);
        if (data === "a") throw new Error("mine");
      },
    });
    assert.throws(() => parser.feed("data: a\n\ndata: b\n\nda"), /mine/);
    parser.feed("ta: c\n\n");
    assert.deepEqual(events, ["a", "b", "c"]);
  });

  test("that throws while a reset consumes does not hinder the reset", () => {
    const events: string[] = [];
    const parser = ours.createParser({
      onEvent: ({ data }) => events.push(data),
      onError: () => {
        throw new Error("mine");
      },
    });
    parser.feed("data: old\nunknown");
    assert.throws(() => parser.reset({ consume: true }), /mine/);
    parser.feed("data: new\n\n");
    assert.deepEqual(events, ["new"]);
  });

  test("that throws the limit's error of another parser is not taken for this one's", () => {
    const other = ours.createParser({ maxBufferSize: 1, onError: (error) => assert.fail(error) });
    const parser = ours.createParser({ onEvent: ({ data }) => other.feed(data) });
    assert.throws(() => parser.feed("data: too long\n\n"), /exceeded/);
    parser.feed("data\n");
  });

  test("that resets ends the reading of its chunk", () => {
    const events: string[] = [];
    const parser = ours.createParser({
      onEvent: ({ data }) => {
        events.push(data);
        parser.reset();
      },
    });
    parser.feed("data: a\n\ndata: b\n\n");
    parser.feed("data: c\n\n");
    assert.deepEqual(events, ["a", "c"]);
  });
});

test("a function instead of callbacks is refused with the peer's words", () => {
  assert.throws(() => Reflect.apply(ours.createParser, undefined, [() => undefined]), {
    name: "TypeError",
    message: "`config` must be an object, got a function instead. Did you mean `createParser({onEvent: fn})`?",
  });
});
