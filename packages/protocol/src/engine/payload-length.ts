/** Lengths that stand before the packets of Engine.IO 3, digit by digit. */

import { engineMust } from "../errors.ts";

/** Ten billion is more than any body has; more digits are an attack. */
export const maxDigits = 10;

/** @throws {EnginePacketError} bad-length if it is no digit */
export function appendDigit(length: number, digit: number): number {
  engineMust(digit >= 0 && digit <= 9, "bad-length");
  return length * 10 + digit;
}
