/** Masking (RFC 6455 §5.3) in the fastest way that this Node has for each size. */

import { unmaskInto as plainUnmaskInto, unmaskBytes } from "../protocol/mask.ts";
import type { Unmask, UnmaskInto } from "../protocol/platform.ts";
import { createNativeUnmask } from "./native-unmask.ts";
import { createSimdUnmask } from "./simd-unmask.ts";

/** Up to here a call out of JavaScript costs more than it saves (test/node/unmask-speed.ts). */
const calledOutFrom = 128;

/** Made for the first large payload: WebAssembly takes 1 MiB and 0.3 ms that most programs have no need of. */
let unmaskLarge: UnmaskInto = (source, key, target) => {
  unmaskLarge = createNativeUnmask() ?? createSimdUnmask() ?? plainUnmaskInto;
  return unmaskLarge(source, key, target);
};

export const unmask: Unmask = (bytes, key) =>
  bytes.length < calledOutFrom ? unmaskBytes(bytes, key) : unmaskLarge(bytes, key, bytes);

export const unmaskInto: UnmaskInto = (source, key, target) =>
  source.length < calledOutFrom ? plainUnmaskInto(source, key, target) : unmaskLarge(source, key, target);
