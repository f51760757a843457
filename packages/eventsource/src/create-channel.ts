/** A channel on the platform's clock and randomness. */

import { Channel } from "./channel.ts";
import { type ChannelOptions, resolveChannelOptions } from "./channel-options.ts";
import { systemClock } from "./heartbeats.ts";

/**
 * Makes a channel: many sessions that hear the same events, and again what they missed where there is a history.
 * @throws {EventStreamError} bad-options, bad-history, bad-slow, bad-conflation
 */
export function createChannel<State = undefined, SessionState = unknown>(
  options: ChannelOptions<State> = {},
): Channel<State, SessionState> {
  const epoch = crypto.randomUUID().slice(0, 8); // 32 random bits
  return new Channel({ options: resolveChannelOptions(options), now: systemClock.now, epoch });
}
