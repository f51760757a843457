/** The parser as a web stream, side by side with `eventsource-parser/stream`. */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { describe, test } from "node:test";
import * as peer from "eventsource-parser/stream";
import * as ours from "../src/parser.ts";

type Stream = typeof ours.EventSourceParserStream | typeof peer.EventSourceParserStream;
type Options = Pick<ours.StreamOptions, "onError" | "maxBufferSize">;

const implementations: [name: string, stream: Stream][] = [
  ["ours", ours.EventSourceParserStream],
  ["the peer's", peer.EventSourceParserStream],
];

/** What comes out: events, and at last the error if there is one. */
async function read(Parser: Stream, chunks: readonly string[], options?: Options): Promise<unknown[]> {
  const source = new ReadableStream<string>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
  const told: unknown[] = [];
  try {
    for await (const event of source.pipeThrough(new Parser(options))) told.push(event);
  } catch (error) {
    assert.ok(error instanceof Error);
    told.push(error.message);
  }
  return told;
}

for (const [name, Parser] of implementations) {
  describe(name, () => {
    test("makes events of text", async () => {
      const chunks = ["\ufeff", "event: a\nid: 1\nda", "ta: b\r", "\n\r\n: c\nunknown\ndata: d\n\ndata: never ends"];
      const withoutMark = name === "ours" ? chunks : chunks.slice(1); // the peer of today takes it for a field
      assert.deepEqual(await read(Parser, withoutMark), [
        { id: "1", event: "a", data: "b" },
        { id: undefined, event: undefined, data: "d" },
      ]);
    });

    test("tells a function of errors, and goes on", async () => {
      const errors: string[] = [];
      const told = await read(Parser, ["a\n", "data: b\n\n"], { onError: ({ message }) => errors.push(message) });
      assert.deepEqual(errors, ['Unknown field "a"']);
      assert.deepEqual(told, [{ id: undefined, event: undefined, data: "b" }]);
    });

    test("ends with the first error if it is to", async () => {
      const told = await read(Parser, ["a\ndata: b\n\n", "data: c\n\n"], { onError: "terminate" });
      assert.deepEqual(told, ['Unknown field "a"']);
    });

    test("always ends with too much that is unfinished", async () => {
      const errors: string[] = [];
      const onError = ({ message }: Error): unknown => errors.push(message);
      for (const options of [{}, { onError }, { onError: "terminate" as const }]) {
        const told = await read(Parser, ["data: too long", "\n\n"], { ...options, maxBufferSize: 8 });
        assert.deepEqual(told, ["Buffered data exceeded max buffer size of 8 characters"]);
      }
      assert.deepEqual(errors, ["Buffered data exceeded max buffer size of 8 characters"]);
    });
  });
}

test("tells of retries, comments and ids", async () => {
  const told: unknown[] = [];
  const parser = new ours.EventSourceParserStream({
    onId: (id) => told.push(id),
    onRetry: (retry) => told.push(retry),
    onComment: (comment) => told.push(comment),
  });
  const body = new Response("id: 1\n\nretry: 2\n: three\n").body;
  assert.ok(body);
  for await (const event of body.pipeThrough(new TextDecoderStream()).pipeThrough(parser)) assert.fail(event.data);
  assert.deepEqual(told, ["1", 2, "three"]);
});

test("is a web stream of its own class", () => {
  assert.ok(new ours.EventSourceParserStream() instanceof TransformStream);
  assert.throws(() => new ours.EventSourceParserStream({ maxBufferSize: -1 }), { code: "bad-buffer-size" });
});

test("where there is no TransformStream, the parser is loaded, and only the stream throws", () => {
  const program = `
    delete globalThis.TransformStream;
    const { createParser, EventSourceParserStream } = await import(${JSON.stringify(import.meta.resolve("../src/parser.ts"))});
    createParser({ onEvent: ({ data }) => console.log(data) }).feed("data: a\\n\\n");
    try {
      new EventSourceParserStream();
    } catch (error) {
      console.log(String(error));
    }
  `;
  const flags = ["--conditions=anywire-source", "--import", "tsx", "--input-type=module", "--eval"];
  const { stdout, stderr } = spawnSync(process.execPath, [...flags, program], { encoding: "utf8" });
  assert.equal(
    stdout,
    "a\nTypeError: EventSourceParserStream needs a global TransformStream, and there is none\n",
    stderr,
  );
});
