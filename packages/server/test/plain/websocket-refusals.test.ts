/** "What bad input gets" over WebSocket, row by row: at the handshake, and after it. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import type WebSocket from "ws";
import { Refusal } from "../../src/errors.ts";
import { clientFrame, openHouse, rawExchange, upgradeRequest } from "./house.ts";
import { Client, connected } from "./websocket-client.ts";

const offences: [says: string, send: (ws: WebSocket) => void, code: number, reason: string][] = [
  ["a control event", (ws) => ws.send('{"event":"anywire:open"}'), 1008, "reserved-event"],
  ["a name of Socket.IO's", (ws) => ws.send('{"event":"disconnect"}'), 1008, "reserved-event"],
  ["a malformed envelope", (ws) => ws.send('{"event":"a","args":1}'), 1008, "bad-envelope"],
  ["a message over the limit", (ws) => ws.send("x".repeat(2_000)), 1009, ""],
];

for (const [says, send, code, reason] of offences) {
  test(`${says}: ${code}`, async (t) => {
    const house = await openHouse(t, { maxMessageBytes: 1_000 });
    const client = await connected(t, house);
    send(client.ws);
    const [closeCode, closeReason] = await client.closed;
    assert.equal(closeCode, code);
    if (reason !== "") assert.equal(closeReason, reason);
    await house.gate.socket.until(({ closings }) => closings.length > 0);
    assert.equal(house.gate.socket.closings.length, 1);
    assert.deepEqual(house.gate.socket.received, []);
    await connected(t, house);
  });
}

test("anywire.v1 is told why in an event, too", async (t) => {
  const house = await openHouse(t);
  const client = await connected(t, house, "anywire.v1");
  client.ws.send('{"event":"anywire:x"}');
  await client.closed;
  assert.equal(client.got[1], '{"event":"anywire:close","data":{"reason":"reserved-event"}}');
});

test("more messages than allowed: 1008", async (t) => {
  const house = await openHouse(t, { rate: { perSecond: 1, burst: 3 } });
  const client = await connected(t, house);
  for (let n = 0; n < 10; n++) client.ws.send(String(n));
  assert.deepEqual(await client.closed, [1008, "too-many"]);
  assert.equal(house.gate.socket.received.length, 3);
});

const frames: [says: string, frame: Buffer, code: number][] = [
  ["an unmasked frame", Buffer.from([0x81, 0x01, 0x61]), 1002],
  ["a reserved opcode", clientFrame(3, ""), 1002],
  ["bad UTF-8", clientFrame(1, Buffer.from([0xff])), 1007],
];

for (const [says, frame, code] of frames) {
  test(`${says} right behind the handshake: ${code}`, async (t) => {
    const house = await openHouse(t);
    const answer = await rawExchange(house.port, Buffer.concat([Buffer.from(upgradeRequest()), frame]));
    const body = Buffer.from(answer.slice(answer.indexOf("\r\n\r\n") + 4), "latin1");
    assert.match(answer, /^HTTP\/1.1 101 /);
    assert.deepEqual([body[0], body.readUInt16BE(2)], [0x88, code]);
    await house.gate.socket.until(({ closings }) => closings.length > 0);
    assert.deepEqual(house.gate.socket.closings, ["transport error"]);
    await connected(t, house);
  });
}

const upgrades: [says: string, request: string, status: number, code: string][] = [
  ["no key", upgradeRequest({ "Sec-WebSocket-Key": undefined }), 400, "bad-request"],
  ["a short key", upgradeRequest({ "Sec-WebSocket-Key": "AAAA" }), 400, "bad-request"],
  ["another version", upgradeRequest({ "Sec-WebSocket-Version": "8" }), 426, "upgrade-required"],
  ["no version", upgradeRequest({ "Sec-WebSocket-Version": undefined }), 426, "upgrade-required"],
  ["another protocol to upgrade to", upgradeRequest({ Upgrade: "h2c" }), 400, "bad-request"],
  ["POST", upgradeRequest({}, "POST /anywire HTTP/1.1"), 405, "method-not-allowed"],
  ["another path", upgradeRequest({}, "GET /constructor HTTP/1.1"), 404, "not-found"],
  ["a malformed Origin", upgradeRequest({ Origin: "junk" }), 400, "bad-origin"],
  ["a foreign Origin", upgradeRequest({ Origin: "https://evil.test" }), 403, "origin-not-allowed"],
  ["a malformed Host", upgradeRequest({ Host: "a b" }), 400, "bad-host"],
  ["a token alone", upgradeRequest({ "Sec-WebSocket-Protocol": "bearer.YQ" }), 400, "bad-request"],
  ["junk for a subprotocol", upgradeRequest({ "Sec-WebSocket-Protocol": "a,,b" }), 400, "bad-request"],
  ["two sessions", upgradeRequest({}, "GET /anywire?session=a&session=b HTTP/1.1"), 400, "bad-request"],
  ["bad credentials", upgradeRequest({}, "GET /anywire?token=bad HTTP/1.1"), 401, "not-authenticated"],
  ["a room that is not granted", upgradeRequest({}, "GET /anywire?room=secret HTTP/1.1"), 403, "not-authorised"],
];

for (const [says, request, status, code] of upgrades) {
  test(`an upgrade with ${says}: ${status} with a problem, and nobody is in`, async (t) => {
    const house = await openHouse(t, {
      authenticate: ({ auth }) => {
        if (auth.token === "bad") throw new Refusal("not-authenticated");
        return undefined;
      },
    });
    house.gate.before = ({ rooms }) => {
      if (rooms.length > 0) throw new Refusal("not-authorised");
    };
    const answer = await rawExchange(house.port, request);
    assert.equal(answer.slice(0, 12), `HTTP/1.1 ${status}`);
    const [head = "", body = ""] = answer.split("\r\n\r\n");
    assert.equal(JSON.parse(body).code, code);
    assert.match(head, /Vary: Origin, Accept/);
    assert.match(head, /Content-Type: application\/problem\+json/);
    if (status === 405) assert.match(head, /Allow: GET, POST, OPTIONS/);
    if (status === 426) assert.match(head, /Sec-WebSocket-Version: 13/);
    assert.equal(house.gate.sockets.length, 0);
    assert.deepEqual(house.errors, []);
    await connected(t, house);
  });
}

const handshakes: [says: string, headers: Record<string, string | undefined>, status: number][] = [
  ["no key", { "Sec-WebSocket-Key": undefined }, 400],
  ["a short key", { "Sec-WebSocket-Key": "AAAA" }, 400],
  ["a junk subprotocol", { "Sec-WebSocket-Protocol": "a,,b" }, 400],
  ["no version", { "Sec-WebSocket-Version": undefined }, 426],
];

for (const [says, headers, status] of handshakes) {
  test(`a handshake with ${says} is refused before the program is asked`, async (t) => {
    const asked: string[] = [];
    const authenticate = ({ url }: { readonly url: string }): undefined => void asked.push(url);
    const house = await openHouse(t, { authenticate });
    const answer = await rawExchange(house.port, upgradeRequest(headers));
    assert.equal(answer.slice(0, 12), `HTTP/1.1 ${status}`);
    assert.deepEqual([asked, house.gate.requests], [[], []]);
    await connected(t, house);
    assert.deepEqual([asked.length, house.gate.requests.length], [1, 1]);
  });
}

test("with cors, a named origin may connect; its cookies count only if it was granted credentials", async (t) => {
  const origin = "https://page.example";
  for (const [credentials, cookie] of [
    [true, "sid=1"],
    [false, undefined],
  ] as const) {
    const house = await openHouse(t, { cors: { origin, credentials } });
    const client = new Client(t, house.url, { headers: { Origin: origin, Cookie: "sid=1" } });
    await once(client.ws, "open");
    assert.equal(house.gate.requests[0]?.handshake.headers.cookie, cookie);
    assert.equal(house.gate.requests[0]?.handshake.xdomain, true);
    const answer = await rawExchange(house.port, upgradeRequest({ Origin: origin, "Sec-WebSocket-Version": "8" }));
    assert.match(answer, /Access-Control-Allow-Origin: https:\/\/page.example\r\n/);
  }
});

test("a token as subprotocol is handed to authenticate, the other one is echoed", async (t) => {
  const house = await openHouse(t, { authenticate: ({ auth }) => String(auth.token) });
  const client = await connected(t, house, `bearer.${Buffer.from("kim").toString("base64url")}`, "anywire.v1");
  assert.equal(client.ws.protocol, "anywire.v1");
  assert.equal(house.gate.requests[0]?.principal, "kim");
});
