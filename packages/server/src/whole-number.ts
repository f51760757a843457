/** The check of an option that is a count, a size in bytes or a time in milliseconds. */

/** The longest time that a timer takes; a longer one would fire at once. */
export const longestTimer = 2 ** 31 - 1;

/** @throws {TypeError} if it is not a whole number from 1 to `max` */
export function wholeNumber(name: string, value: number, max: number = Number.MAX_SAFE_INTEGER): number {
  if (Number.isSafeInteger(value) && value > 0 && value <= max) return value;
  throw new TypeError(`${name} must be a whole number from 1 to ${max}, not ${String(value)}`);
}
