/** Collects garbage as V8 does when memory runs out: what it keeps in hand for the young is given back too. */

import { Session } from "node:inspector/promises";

/**
 * After `gc()` the young generation stays as large as the last storm of connections made it, which differs by a KiB for
 * each connection from one run to the next.
 */
export async function collectGarbage(): Promise<void> {
  const session = new Session();
  session.connect();
  await session.post("HeapProfiler.collectGarbage");
  session.disconnect();
}
