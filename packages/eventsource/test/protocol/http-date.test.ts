/** Dates of HTTP, beside those of the platform. */

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseHttpDate } from "../../src/protocol/http-date.ts";

const now = Date.UTC(2026, 10, 21, 19);

const dates: readonly [text: string, expected: number][] = [
  ["Sun, 06 Nov 1994 08:49:37 GMT", Date.UTC(1994, 10, 6, 8, 49, 37)],
  ["Sunday, 06-Nov-94 08:49:37 GMT", Date.UTC(1994, 10, 6, 8, 49, 37)],
  ["Sun Nov  6 08:49:37 1994", Date.UTC(1994, 10, 6, 8, 49, 37)],
  ["Thu, 01 Jan 1970 00:00:00 GMT", 0],
  ["Mon, 29 Feb 2016 00:00:00 GMT", Date.UTC(2016, 1, 29)],
  ["Tue Feb 29 23:59:59 2000", Date.UTC(2000, 1, 29, 23, 59, 59)],
  ["Sat, 31 Dec 2016 23:59:60 GMT", Date.UTC(2017, 0, 1)],
  ["Mon, 06 Nov 1994 08:49:37 GMT", Date.UTC(1994, 10, 6, 8, 49, 37)],
  ["Saturday, 21-Nov-26 19:00:01 GMT", Date.UTC(2026, 10, 21, 19, 0, 1)],
  ["Saturday, 01-Jan-00 00:00:00 GMT", Date.UTC(2000, 0, 1)],
  ["Friday, 20-Nov-76 00:00:00 GMT", Date.UTC(2076, 10, 20)],
  ["Friday, 31-Dec-76 00:00:00 GMT", Date.UTC(1976, 11, 31)],
  ["Friday, 31-Dec-77 00:00:00 GMT", Date.UTC(1977, 11, 31)],
];

for (const [text, expected] of dates) {
  test(`${text} is understood`, () => assert.equal(parseHttpDate(text, now), expected));
}

const nonsense: readonly string[] = [
  "",
  "now",
  "1994-11-06T08:49:37Z",
  "Sun, 6 Nov 1994 08:49:37 GMT",
  "Sun, 06 Nov 1994 08:49:37 UTC",
  "Sun, 06 Nov 1994 08:49:37 +0000",
  "sun, 06 nov 1994 08:49:37 gmt",
  "Xyz, 06 Nov 1994 08:49:37 GMT",
  "Sun, 06 Nov 94 08:49:37 GMT",
  "Sun, 06-Nov-94 08:49:37 GMT",
  "Sun Nov 6 08:49:37 1994",
  "Sun, 00 Nov 1994 08:49:37 GMT",
  "Sun, 31 Nov 1994 08:49:37 GMT",
  "Wed, 29 Feb 1995 08:49:37 GMT",
  "Thu, 29 Feb 1900 08:49:37 GMT",
  "Sun, 06 Nov 1994 24:00:00 GMT",
  "Sun, 06 Nov 1994 08:60:37 GMT",
  "Sun, 06 Nov 1994 08:49:61 GMT",
  " Sun, 06 Nov 1994 08:49:37 GMT",
  "Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT",
];

for (const text of nonsense) {
  test(`${JSON.stringify(text)} is no date`, () => assert.equal(parseHttpDate(text, now), undefined));
}

test("every second from year 1 to 9999 is what the platform says it is", () => {
  const seconds = fc.integer({ min: -62_135_596_800, max: 253_402_300_799 });
  fc.assert(
    fc.property(seconds, (second) => {
      const date = new Date(second * 1_000);
      assert.equal(parseHttpDate(date.toUTCString(), now), second * 1_000);
    }),
    { numRuns: 1_000 },
  );
});

test("a year of two digits is at most 50 years ahead, and less than 51 behind", () => {
  const moment = fc.integer({ min: Date.UTC(1970, 0, 1) / 1_000, max: Date.UTC(2400, 0, 1) / 1_000 });
  const offset = fc.integer({ min: -49 * 365 * 86_400, max: 49 * 365 * 86_400 });
  fc.assert(
    fc.property(moment, offset, (then, seconds) => {
      const date = new Date((then + seconds) * 1_000);
      const [, day, month, year, time] = /, (\d\d) (\w+) \d\d(\d\d) (\S+)/.exec(date.toUTCString()) ?? [];
      assert.equal(parseHttpDate(`Monday, ${day}-${month}-${year} ${time} GMT`, then * 1_000), date.getTime());
    }),
    { numRuns: 1_000 },
  );
});
