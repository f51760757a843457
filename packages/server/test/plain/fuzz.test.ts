/** Seeded fuzz of the endpoint over raw bytes: whatever comes in, it is answered with a documented status, and the server lives. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { openHouse, shortExchange, upgradeRequest } from "./house.ts";

/** What the table of the design names, what Node's own parser says, and success. */
const documented = new Set([101, 200, 204, 400, 401, 403, 404, 405, 406, 408, 410, 413, 415, 426, 429, 431, 503]);

/** mulberry32: small, and the same everywhere. */
function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const body = '{"event":"chat","data":{"$bytes":"AQI="},"ack":7,"id":"c1"}';
const seeds = [
  upgradeRequest({ "Sec-WebSocket-Protocol": "anywire.v1, bearer.a2lt", Origin: "https://a.example" }),
  "GET /anywire?room=a&since=Ab.1~e-1&session=s&wait=0 HTTP/1.1\r\nHost: a\r\nAccept: application/json\r\nConnection: close\r\n\r\n",
  "OPTIONS /anywire HTTP/1.1\r\nHost: a\r\nOrigin: https://a.example\r\nConnection: close\r\n\r\n",
  `POST /anywire?session=session-1 HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
  "POST /anywire HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n1f\r\nevent=chat&data=x&session=abcde\r\n0\r\n\r\n",
];
const pieces = [
  "\0",
  "\r",
  "\n",
  "\r\n",
  ":",
  ",",
  ";",
  "=",
  "&",
  "%",
  "~",
  "__proto__",
  "{",
  '"',
  "[",
  "é",
  "\xff",
  " ".repeat(99),
  "9".repeat(20),
  "-1",
];

function mutated(text: string, random: (below: number) => number): string {
  let result = text;
  for (let count = 1 + random(3); count > 0; count--) {
    const at = random(result.length);
    const cut = random(3) === 0 ? random(12) : 0;
    result = result.slice(0, at) + (pieces[random(pieces.length)] ?? "") + result.slice(at + cut);
  }
  return result;
}

for (const [index, seed] of seeds.entries()) {
  test(`mutations of ${seed.slice(0, seed.indexOf(" HTTP"))} (${index})`, async (t) => {
    const house = await openHouse(t, { bodyTimeout: 50, pollWait: 1, cors: { origin: "https://a.example" } });
    await fetch(house.url, { headers: { Accept: "application/json" } });
    house.gate.on("opened", (socket) => socket.link.close("shutting-down")); // no stream and no WebSocket stays open
    const random = randomOf(index + 1);
    let answered = 0;
    for (let round = 0; round < 150; round++) {
      const text = mutated(seed, random);
      const answer = await shortExchange(house.port, Buffer.from(text, "latin1"), "\r\n\r\n");
      if (answer === "") continue; // node:http cuts a connection on which junk follows a request that is being answered
      answered += 1;
      const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1]);
      assert.ok(documented.has(status), `${JSON.stringify(text)} got ${answer.slice(0, 200)}`);
    }
    assert.ok(answered > 120, `only ${answered} of 150 were answered`);
    assert.deepEqual(house.errors, []);
    assert.equal((await fetch(house.url, { method: "OPTIONS" })).status, 204, "the server lives");
  });
}
