/** What all WebSockets of this process share: the memory their frames leave from, and the wheel of their deadlines. */

import { TimingWheel } from "./heartbeat.ts";
import type { Shared } from "./node/connection.ts";
import { platform } from "./node/platform.ts";
import { Slab } from "./protocol/slab.ts";

export const shared: Shared = {
  slab: new Slab(platform),
  deadlines: new TimingWheel({
    now: () => performance.now(),
    every: (ms, turn) => {
      const timer = setInterval(turn, ms).unref();
      return () => clearInterval(timer);
    },
  }),
};
