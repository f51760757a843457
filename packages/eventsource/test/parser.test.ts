/** `/parser` stands in for `eventsource-parser`: its names are all there, and programs typed against it compile. */

import assert from "node:assert/strict";
import { test } from "node:test";
import * as peer from "eventsource-parser";
import * as peerStream from "eventsource-parser/stream";
import * as ours from "../src/parser.ts";

test("has every name of the peer", () => {
  const names = Object.keys({ ...peer, ...peerStream });
  assert.deepEqual(
    names.filter((name) => !(name in ours)),
    [],
  );
});

test("its types do where the peer's are asked for, and the other way round", () => {
  const told: string[] = [];
  const config: peer.ParserConfig = { onEvent: (event: peer.EventSourceMessage) => told.push(event.data) };
  const create: typeof peer.createParser = ours.createParser;
  const parser: peer.EventSourceParser = ours.createParser(config satisfies ours.ParserConfig);
  parser.feed("data: a\n\n");
  create(config).feed("data: b\n\n");
  const error: peer.ParseError = new ours.ParseError("", { type: "unknown-field" });
  const type: peer.ErrorType = error.type;
  const stream: peerStream.EventSourceParserStream = new ours.EventSourceParserStream();
  assert.ok(stream);
  assert.equal(type, "unknown-field");
  assert.deepEqual(told, ["a", "b"]);
});

test("errors carry what the peer's carry", () => {
  const options = { type: "unknown-field", field: "a", value: "b", line: "a:b" } as const;
  const [error, peerError] = [new ours.ParseError("c", options), new peer.ParseError("c", options)];
  assert.ok(error instanceof Error);
  assert.deepEqual({ ...error }, { ...peerError });
  assert.deepEqual([error.name, error.message], [peerError.name, peerError.message]);
});
