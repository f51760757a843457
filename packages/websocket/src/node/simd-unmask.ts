/** Masking (RFC 6455 §5.3) by WebAssembly SIMD: 32 bytes a turn, for which JavaScript has no words. */

import type { UnmaskInto } from "../protocol/platform.ts";

/*
 * How it works. WebAssembly sees its own memory alone, so a payload goes through a window in it, piece by piece: copied in,
 * masked, copied out. The kernel also tells whether a byte of the result has its highest bit set: it is ASCII if none has.
 *
 * `code` is this, by `npx --package wabt@1.0.39 wat2wasm`:
 *
 *   (module
 *     (memory (export "memory") 2)
 *     (func (export "mask") (param $length i32) (param $key i32) (result i32)
 *       (local $at i32) (local $keys v128) (local $a v128) (local $b v128) (local $seen v128)
 *       ;; What the last turn finds behind the end is the key itself, so that it comes out as zeros.
 *       (local.set $keys (i32x4.splat (i32.rotr (local.get $key) (i32.shl (local.get $length) (i32.const 3)))))
 *       (v128.store (local.get $length) (local.get $keys))
 *       (v128.store offset=16 (local.get $length) (local.get $keys))
 *       (local.set $keys (i32x4.splat (local.get $key)))
 *       (loop $next
 *         (v128.store (local.get $at)
 *           (local.tee $a (v128.xor (v128.load (local.get $at)) (local.get $keys))))
 *         (v128.store offset=16 (local.get $at)
 *           (local.tee $b (v128.xor (v128.load offset=16 (local.get $at)) (local.get $keys))))
 *         (local.set $seen (v128.or (local.get $seen) (v128.or (local.get $a) (local.get $b))))
 *         (br_if $next (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 32))) (local.get $length))))
 *       (i8x16.bitmask (local.get $seen))))
 */
const code =
  "AGFzbQEAAAABBwFgAn9/AX8DAgEABQMBAAIHEQIGbWVtb3J5AgAEbWFzawAACm0BawIBfwR7IAEgAEEDdHj9ESEDIAAgA/0LBAAgACAD/QsEECAB" +
  "/REhAwNAIAIgAv0ABAAgA/1RIgT9CwQAIAIgAv0ABBAgA/1RIgX9CwQQIAYgBCAF/VD9UCEGIAJBIGoiAiAASQ0ACyAG/WQL";

/** As much as Node reads from a socket at once. What the kernel writes behind the end is in the memory's second page. */
const windowSize = 0x1_0000;

interface Kernel {
  readonly memory: { readonly buffer: ArrayBuffer };
  /** Masks the first `length` bytes of its memory. @returns 0 if all of them are ASCII now */
  readonly mask: (length: number, key: number) => number;
}

/** The little of it that is used here; Node has none under --jitless. */
declare const WebAssembly:
  | {
      readonly Module: new (code: Uint8Array) => object;
      readonly Instance: new (module: object) => { readonly exports: Kernel };
    }
  | undefined;

/** @returns undefined where WebAssembly, its SIMD, or the memory for it is missing */
export function createSimdUnmask(): UnmaskInto | undefined {
  const kernel = loadKernel();
  if (kernel === undefined) return undefined;
  const { mask } = kernel;
  const window = new Uint8Array(kernel.memory.buffer);
  const unmaskPiece: UnmaskInto = (source, key, target) => {
    window.set(source);
    const seen = mask(source.length, key);
    target.set(window.subarray(0, source.length));
    return seen === 0;
  };
  return (source, key, target) => {
    if (source.length <= windowSize) return unmaskPiece(source, key, target);
    let ascii = true;
    for (
      let at = 0;
      at < source.length;
      at += windowSize // a multiple of four: each piece begins with the same key
    )
      ascii = unmaskPiece(source.subarray(at, at + windowSize), key, target.subarray(at, at + windowSize)) && ascii;
    return ascii;
  };
}

function loadKernel(): Kernel | undefined {
  if (typeof WebAssembly === "undefined") return undefined;
  try {
    return new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(code, "base64"))).exports;
  } catch {
    return undefined;
  }
}
