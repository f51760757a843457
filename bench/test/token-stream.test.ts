import assert from "node:assert/strict";
import { test } from "node:test";
import { createParser } from "eventsource-parser";
import { tokenStream, tokenStreamForms } from "../src/token-stream.ts";

for (const [name, form] of tokenStreamForms) {
  test(`${name}: npm's parser finds the events that are said to be in it`, () => {
    const { chunks, events } = tokenStream(form);
    const parsed: unknown[] = [];
    const parser = createParser({
      onEvent: (event) => parsed.push({ event: event.event, id: event.id, data: event.data }),
    });
    for (const chunk of chunks) parser.feed(chunk);
    assert.deepEqual(parsed, events);
  });

  test(`${name}: events are of some 200 bytes, and chunks as said`, () => {
    const { chunks, events } = tokenStream(form);
    const bytes = chunks.join("").length / events.length;
    assert.ok(bytes > 180 && bytes < 260, String(bytes));
    if (form.chunk === undefined) assert.equal(chunks.length, events.length);
    else for (const chunk of chunks.slice(0, -1)) assert.equal(chunk.length, form.chunk);
    assert.equal(chunks.join("").includes("\r"), form.lineEnd === "\r\n");
  });
}
