/** Whether `ws` runs with its optional native part, which it takes silently wherever it finds it. */

import { createRequire } from "node:module";
import { Unavailable } from "./unavailable.ts";

/**
 * To be called when `ws` has been loaded.
 * @throws {Unavailable} if the native part is wanted and does not load on this machine
 */
export function checkBufferUtil(): void {
  const wanted = process.env.WS_NO_BUFFER_UTIL === undefined;
  const loaded = Object.keys(createRequire(import.meta.url).cache).some((file) => /bufferutil.*\.node$/.test(file));
  if (loaded && !wanted) throw new Error("bufferutil is loaded although it must not be");
  if (wanted && !loaded) throw new Unavailable("bufferutil has no binary for it");
}
