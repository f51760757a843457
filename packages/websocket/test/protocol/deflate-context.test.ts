/** The context: always an end of what went before, as long as the window, at a bounded price. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "../../../../scripts/test/random.ts";
import { DeflateContext } from "../../src/protocol/deflate-context.ts";

function lastOf(bytes: Uint8Array, length: number): Uint8Array {
  return bytes.slice(Math.max(0, bytes.length - length));
}

const text = (value: string): Uint8Array => Uint8Array.from(value, (character) => character.charCodeAt(0));
const show = (bytes: Uint8Array): string => String.fromCharCode(...bytes);

for (const size of [256, 1024, 8192, 32_768]) {
  test(`of ${size} bytes, it is exactly the end of all messages`, () => {
    const random = new Random(size);
    const context = new DeflateContext(size);
    let all: Uint8Array = new Uint8Array();
    for (let n = 0; n < 300; n++) {
      const message = random.bytes(random.below(random.pick([4, 100, size / 2, 2 * size])));
      context.append(message);
      all = lastOf(Buffer.concat([all, message]), size);
      assert.deepEqual(new Uint8Array(context.recent(size)), new Uint8Array(all));
      const length = random.below(size);
      assert.deepEqual(new Uint8Array(context.recent(length)), new Uint8Array(lastOf(all, length)));
    }
  });

  test(`of ${size} bytes, shared messages stand in it in their order`, () => {
    const random = new Random(size + 1);
    const context = new DeflateContext(size);
    let all: Uint8Array = new Uint8Array();
    for (let n = 0; n < 300; n++) {
      const message = random.bytes(random.below(random.pick([4, 100, 2 * size])));
      if (random.below(3) > 0) context.appendShared(message);
      else context.append(message);
      all = lastOf(Buffer.concat([all, message]), size);
      if (random.below(5) > 0) continue;
      assert.deepEqual(new Uint8Array(context.recent(size)), new Uint8Array(all));
    }
  });
}

test("of very many small shared messages, it keeps the last without a gap", () => {
  const context = new DeflateContext(8192);
  context.append(text("before"));
  let all = "before";
  for (let n = 0; n < 1000; n++) {
    context.appendShared(text(`${n},`));
    all += `${n},`;
  }
  const recent = show(context.recent(8192));
  assert.ok(recent.length >= 64 * 4, `${recent.length}`);
  assert.ok(all.endsWith(recent));
});

test("what was appended may change, and no more of it is kept than the window", () => {
  const context = new DeflateContext(256);
  const message = text("a".repeat(10_000));
  context.append(message);
  message.fill(0);
  assert.equal(show(context.recent(256)), "a".repeat(256));
  assert.ok(context.recent(256).buffer.byteLength <= 1024);
});

test("memory grows with what was said, up to a window and a quarter", () => {
  const context = new DeflateContext(32_768);
  context.append(text("hello"));
  assert.ok(context.recent(32_768).buffer.byteLength <= 1024);
  for (let n = 0; n < 1000; n++) context.append(new Uint8Array(1 + 37 * (n % 50)));
  assert.ok(context.recent(32_768).buffer.byteLength <= 1.25 * 32_768);
});

test("a long shared message is not kept for its end, and its end is copied once for all", () => {
  const message = new Uint8Array(1_000_000).fill(7);
  const [first, second] = [new DeflateContext(8192), new DeflateContext(256)];
  first.appendShared(message);
  second.appendShared(message);
  message.fill(8); // breaks the promise, to see who looks at it
  assert.deepEqual(first.recent(9000), new Uint8Array(8192).fill(7));
  assert.deepEqual(second.recent(9000), new Uint8Array(256).fill(7));
});

test("it forgets, and begins again with what was preset", () => {
  const context = new DeflateContext(256, text("preset"));
  assert.equal(show(context.recent(256)), "preset");
  context.append(text(" message"));
  context.appendShared(text(" shared"));
  assert.equal(show(context.recent(256)), "preset message shared");
  context.reset();
  assert.equal(show(context.recent(256)), "preset");
});

test("of a long preset it takes the end, and leaves it as it is", () => {
  const preset = text(`${"x".repeat(1000)}${"y".repeat(256)}`);
  const context = new DeflateContext(256, preset);
  assert.equal(show(context.recent(999)), "y".repeat(256));
  context.append(text("z".repeat(200)));
  assert.equal(show(context.recent(999)), "y".repeat(56) + "z".repeat(200));
  assert.equal(show(preset), `${"x".repeat(1000)}${"y".repeat(256)}`);
});

test("empty messages change nothing", () => {
  const context = new DeflateContext(256);
  context.append(text("a"));
  context.append(new Uint8Array());
  context.appendShared(new Uint8Array());
  assert.equal(show(context.recent(256)), "a");
});
