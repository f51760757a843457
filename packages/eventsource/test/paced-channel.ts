/** Channels on a clock of the test's own, and data for them that is larger than what is sent at once. */

import { Channel } from "../src/channel.ts";
import { type ChannelOptions, resolveChannelOptions } from "../src/channel-options.ts";
import type { CloseReason } from "../src/session.ts";
import { ManualClock } from "./manual-clock.ts";
import type { PacedSession } from "./paced-session.ts";

/** Its ids are `e-1`, `e-2` and so on. */
export function openChannel<SessionState = undefined>(
  options: ChannelOptions = { history: true },
  clock: ManualClock = new ManualClock(),
): Channel<undefined, SessionState> {
  return new Channel({ options: resolveChannelOptions(options), now: () => clock.now(), epoch: "e" });
}

export function numbers(from: number, to: number): string[] {
  return Array.from({ length: to - from }, (_, at) => String(from + at));
}

/** The number, and dots up to 1,000 bytes. */
export function large(number: number): string {
  return String(number).padEnd(1_000, ".");
}

/** The numbers alone. */
export function shortened(heard: readonly string[]): string[] {
  return heard.map((data) => data.replace(/\.+$/, ""));
}

export function reasonOf({ session }: PacedSession<undefined>): Promise<CloseReason> {
  return new Promise((resolve) => session.on("close", resolve));
}
