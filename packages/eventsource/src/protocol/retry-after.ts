/** When a server wants to be asked again: `Retry-After` (RFC 9110 §10.2.3). Pure: time comes in as `now`. */

import { parseHttpDate } from "./http-date.ts";

const delaySeconds = /^-?\d+$/; // §10.2.3; the sign is no server's right, but what it means is clear

/**
 * @param value of the header; null if there is none
 * @param now milliseconds since the epoch
 * @returns milliseconds from now, 0 for a time that is over; undefined if it says nothing that can be understood
 */
export function parseRetryAfter(value: string | null, now: number): number | undefined {
  if (value === null) return undefined;
  const delay = delaySeconds.test(value) ? Number(value) * 1_000 : millisecondsUntil(value, now);
  return delay === undefined ? undefined : Math.min(Math.max(delay, 0), Number.MAX_SAFE_INTEGER);
}

function millisecondsUntil(date: string, now: number): number | undefined {
  const time = parseHttpDate(date, now);
  return time === undefined ? undefined : time - now;
}
