/** What stands before the payload, at its borders and at lengths that only linear time can read. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { readHeader } from "../../src/socket/header.ts";

const cases: [text: string, fields: object][] = [
  ["0", { type: 0, attachments: 0, nsp: "/", id: undefined, end: 1 }],
  ["0/", { type: 0, attachments: 0, nsp: "/", id: undefined, end: 2 }],
  ["0/,", { type: 0, attachments: 0, nsp: "/", id: undefined, end: 3 }],
  ["0/a", { type: 0, attachments: 0, nsp: "/a", id: undefined, end: 3 }],
  ["0/a,{}", { type: 0, attachments: 0, nsp: "/a", id: undefined, end: 4 }],
  ["2/a,,1[]", { type: 2, attachments: 0, nsp: "/a", id: undefined, end: 4 }],
  ["212[]", { type: 2, attachments: 0, nsp: "/", id: 12, end: 3 }],
  ["2007[]", { type: 2, attachments: 0, nsp: "/", id: 7, end: 4 }],
  ["2/a,12", { type: 2, attachments: 0, nsp: "/a", id: 12, end: 6 }],
  ["51-[]", { type: 5, attachments: 1, nsp: "/", id: undefined, end: 3 }],
  ["63-/a,4[]", { type: 6, attachments: 3, nsp: "/a", id: 4, end: 7 }],
  ["5001-9[]", { type: 5, attachments: 1, nsp: "/", id: 9, end: 6 }],
];

for (const [text, fields] of cases) test(text, () => assert.deepEqual(readHeader(text, 3), fields));

const refused: [text: string, code: string, message?: string][] = [
  ["", "unknown-type"],
  ["x", "unknown-type"],
  ["/", "unknown-type"],
  ["999", "unknown-type", "unknown type: 9"],
  ["5", "bad-attachment-count"],
  ["5-", "bad-attachment-count"],
  ["50-", "bad-attachment-count"],
  ["5000-", "bad-attachment-count"],
  ["51/", "bad-attachment-count"],
  ["54-", "too-many-attachments", "too many attachments"],
  ["29007199254740992[]", "bad-id"],
];

for (const [text, code, message] of refused) {
  test(`refuses "${text}"`, () => {
    assert.throws(() => readHeader(text, 3), { name: "SocketPacketError", code, ...(message && { message }) });
  });
}

describe("CVE-2020-36049: a header of ten million characters takes linear time", () => {
  const long = 10_000_000;

  test("an id", () => assert.throws(() => readHeader(`2${"9".repeat(long)}`, 3), { code: "bad-id" }));

  test("an id of zeros", () => assert.equal(readHeader(`2${"0".repeat(long)}1[]`, 3).id, 1));

  test("a count", () => {
    assert.throws(() => readHeader(`5${"9".repeat(long)}-`, 3), { code: "too-many-attachments" });
    assert.throws(() => readHeader(`5${"9".repeat(long)}`, 3), { code: "bad-attachment-count" });
  });

  test("a namespace", () => {
    assert.equal(readHeader(`0/${"a".repeat(long)}`, 3).nsp.length, long + 1);
    assert.equal(readHeader(`0/${"a".repeat(long)},`, 3).nsp.length, long + 1);
  });
});
