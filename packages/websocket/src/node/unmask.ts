/** Masking (RFC 6455 §5.3) in the fastest way that this Node has for each size. */

import { unmask as plainUnmask, unmaskBytes } from "../protocol/mask.ts";
import type { Unmask } from "../protocol/platform.ts";
import { createNativeUnmask } from "./native-unmask.ts";
import { createSimdUnmask } from "./simd-unmask.ts";

/** Up to here a call out of JavaScript costs more than it saves (test/node/unmask-speed.ts). */
const calledOutFrom = 128;

/** Made for the first large payload: WebAssembly takes 1 MiB and 0.3 ms that most programs have no need of. */
let unmaskLarge: Unmask = (bytes, key) => {
  unmaskLarge = createNativeUnmask() ?? createSimdUnmask() ?? plainUnmask;
  return unmaskLarge(bytes, key);
};

export const unmask: Unmask = (bytes, key) =>
  bytes.length < calledOutFrom ? unmaskBytes(bytes, key) : unmaskLarge(bytes, key);
