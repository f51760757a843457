/** Every way out of JavaScript masks as the plain loop of floor 0 does, and a Node that lacks one takes another. */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { type TestContext, test } from "node:test";
import fc from "fast-check";
import { createNativeUnmask } from "../../src/node/native-unmask.ts";
import { createSimdUnmask } from "../../src/node/simd-unmask.ts";
import { unmask, unmaskInto } from "../../src/node/unmask.ts";
import { unmaskInto as plainUnmaskInto, rotateKey, unmaskBytes } from "../../src/protocol/mask.ts";
import type { Unmask, UnmaskInto } from "../../src/protocol/platform.ts";

function simd(): UnmaskInto {
  const made = createSimdUnmask();
  assert.ok(made, "this Node has SIMD");
  return made;
}

/** As Node documents it, by the plain loop. */
const nodeWithNative = {
  websocketUnmask: (bytes: Uint8Array, key: Uint8Array) => void unmaskBytes(bytes, Buffer.from(key).readInt32LE()),
};

const key = fc.integer();
const ascii = fc.uint8Array({ max: 0x7f, maxLength: 300 });
const payload = fc.oneof(
  ascii,
  fc.uint8Array({ maxLength: 300 }),
  fc.uint8Array({ minLength: 2_000, maxLength: 5_000 }),
);
const alignment = fc.nat(31);

/** A copy that begins at `offset` of its memory, and what lies around it. */
function at(offset: number, bytes: Uint8Array): { memory: Uint8Array; view: Uint8Array } {
  const memory = new Uint8Array(offset + bytes.length + 64).fill(0xaa);
  memory.set(bytes, offset);
  return { memory, view: memory.subarray(offset, offset + bytes.length) };
}

const simdUnmaskInto = simd();
const simdUnmask: Unmask = (bytes, key) => simdUnmaskInto(bytes, key, bytes);

const waysInto: Record<string, UnmaskInto> = {
  "SIMD brings": simdUnmaskInto,
  "JavaScript brings": plainUnmaskInto,
  "the chosen way brings": unmaskInto,
};
for (const [name, way] of Object.entries(waysInto)) {
  test(`${name} bytes to another place, unmasked, and leaves them as they are where they were`, () => {
    fc.assert(
      fc.property(payload, key, alignment, (bytes, k, from) => {
        const to = (7 * from) % 32;
        const [source, target] = [at(from, bytes), at(to, new Uint8Array(bytes.length))];
        const expected = at(to, bytes);
        const isAscii = way(source.view, k, target.view);
        assert.equal(isAscii, unmaskBytes(expected.view, k));
        assert.deepEqual(target.memory, expected.memory);
        assert.deepEqual(source.memory, at(from, bytes).memory);
      }),
    );
  });
}

for (const [name, way] of Object.entries({ "SIMD masks": simdUnmask, "the chosen way masks": unmask })) {
  test(`${name} as the plain loop does, touches nothing else, and says the same about ASCII`, () => {
    fc.assert(
      fc.property(payload, key, alignment, (bytes, k, offset) => {
        const [own, expected] = [at(offset, bytes), at(offset, bytes)];
        const isAscii = way(own.view, k);
        assert.equal(isAscii, unmaskBytes(expected.view, k));
        assert.deepEqual(own.memory, expected.memory);
      }),
    );
  });

  test(`${name} text that was masked, and knows that it is ASCII`, () => {
    fc.assert(
      fc.property(ascii, key, (text, k) => {
        const masked = Uint8Array.from(text);
        unmaskBytes(masked, k);
        assert.equal(way(masked, k), true);
        assert.deepEqual(masked, text);
      }),
    );
  });
}

for (const length of [0, 1, 31, 32, 33, 65_535, 65_536, 65_537, 131_072, 200_001]) {
  test(`${length} bytes go through the window, whatever was in it before`, () => {
    simdUnmask(new Uint8Array(70_000).fill(0xff), 0x7f3f1f0f);
    const text = new Uint8Array(length).fill(0x61);
    assert.equal(simdUnmask(text, 0x80808080), length === 0);
    assert.equal(simdUnmask(text, 0x80808080), true);
    assert.ok(text.every((byte) => byte === 0x61));
  });
}

for (const length of [1, 31, 32, 33, 200, 65_536, 65_537]) {
  test(`one byte that is not ASCII is seen wherever it lies in ${length}`, () => {
    const step = Math.max(1, Math.floor(length / 300));
    for (let bad = 0; bad < length; bad += step) {
      const bytes = new Uint8Array(length);
      bytes[bad] = 0x80;
      assert.equal(simdUnmask(bytes, 0), false);
    }
    assert.equal(simdUnmask(new Uint8Array(length), 0), true);
  });
}

test("Node's own way is given the key as its four bytes, and knows nothing of ASCII", () => {
  const native = createNativeUnmask(nodeWithNative);
  assert.ok(native);
  fc.assert(
    fc.property(payload, key, fc.nat(3), (bytes, k, rotated) => {
      const expected = Uint8Array.from(bytes);
      const turned = rotateKey(k, rotated); // may come out beyond 2^31
      const elsewhere = new Uint8Array(bytes.length);
      unmaskBytes(expected, turned);
      assert.equal(native(bytes, turned, elsewhere), false);
      assert.equal(native(bytes, turned, bytes), false);
      assert.deepEqual([bytes, elsewhere], [expected, expected]);
    }),
  );
});

test("a Node without its own way is seen", () => {
  assert.equal(createNativeUnmask({}), undefined);
  assert.equal(createNativeUnmask({ websocketUnmask: undefined }), undefined);
});

function replaceWebAssembly(t: TestContext, value: unknown): void {
  const own = Object.getOwnPropertyDescriptor(globalThis, "WebAssembly");
  assert.ok(own);
  Object.defineProperty(globalThis, "WebAssembly", { ...own, value });
  t.after(() => Object.defineProperty(globalThis, "WebAssembly", own));
}

test("without WebAssembly there is no SIMD", (t) => {
  replaceWebAssembly(t, undefined);
  assert.equal(createSimdUnmask(), undefined);
});

test("without SIMD in WebAssembly, or without memory for it, there is none either", (t) => {
  class Refusing {
    constructor() {
      throw new RangeError("WebAssembly.Instance(): Out of memory");
    }
  }
  replaceWebAssembly(t, { Module: Refusing, Instance: Refusing });
  assert.equal(createSimdUnmask(), undefined);
});

test("under --jitless large payloads are masked all the same", () => {
  const chosen = new URL("../../src/node/unmask.ts", import.meta.url).href;
  const program = `
    const { unmask } = await import(${JSON.stringify(chosen)});
    const bytes = new Uint8Array(70_001).fill(0x61);
    const masked = unmask(bytes, 0x80808080);
    console.log(typeof WebAssembly, masked, unmask(bytes, 0x80808080), bytes.every((byte) => byte === 0x61));`;
  const argv = ["--jitless", "--import", "tsx", "--input-type=module", "--eval", program];
  const printed = execFileSync(process.execPath, argv, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  assert.equal(printed.trim(), "undefined false true true");
});
