/** What all WebSockets of this process share: memory for their frames, the wheel of their deadlines, a budget. */

import { TimingWheel } from "./heartbeat.ts";
import type { Shared } from "./node/connection.ts";
import { platform } from "./node/platform.ts";
import { MemoryBudget } from "./protocol/memory-budget.ts";
import { Parts } from "./protocol/parts.ts";

export const shared: Shared = {
  parts: new Parts(platform),
  deadlines: new TimingWheel({
    now: () => performance.now(),
    every: (ms, turn) => {
      const timer = setInterval(turn, ms).unref();
      return () => clearInterval(timer);
    },
  }),
};

const gibibyte = 0x4000_0000;

/** Messages that have not come whole, of all connections together. */
export const unfinishedMessages: MemoryBudget = new MemoryBudget(gibibyte);
