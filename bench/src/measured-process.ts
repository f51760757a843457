/** What every process under test tells of itself. */

import type { Answers } from "./answering.ts";
import { startProfile, writeProfile } from "./cpu-profile.ts";
import { collectGarbage } from "./garbage.ts";
import type { Usage } from "./measure.ts";

export const measuredAnswers: Answers = { usage, settledUsage, startProfile, writeProfile };

function usage(): Usage {
  const { user, system } = process.cpuUsage();
  return { user, system, rss: process.memoryUsage.rss() };
}

/** Twice, with a turn of the loop between: what the first collection lets go, the second one finds. */
async function settledUsage(): Promise<Usage> {
  await collectGarbage();
  await new Promise((resolve) => setImmediate(resolve));
  await collectGarbage();
  return usage();
}
