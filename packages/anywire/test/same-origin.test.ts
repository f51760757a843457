/** Who may come by Socket.IO: as by the plain wire, pages of the host that they ask. */

import assert from "node:assert/strict";
import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { test } from "node:test";
import { allowSameOrigin } from "../src/same-origin.ts";

const cases: readonly [origin: string | undefined, isAllowed: boolean][] = [
  [undefined, true],
  ["http://chat.example:3000", true],
  ["https://chat.example:3000", true],
  ["http://chat.example", false],
  ["http://other.example:3000", false],
  ["http://chat.example:3000.other.example", false],
  ["null", false],
  ["", false],
];

for (const [origin, isAllowed] of cases) {
  test(`the origin ${JSON.stringify(origin)} ${isAllowed ? "may" : "may not"} connect`, () => {
    const request = new IncomingMessage(new Socket());
    Object.assign(request.headers, { host: "chat.example:3000", ...(origin === undefined ? {} : { origin }) });
    const decided: boolean[] = [];
    allowSameOrigin(request, (error, success) => decided.push(success && error === null));
    assert.deepEqual(decided, [isAllowed]);
  });
}
