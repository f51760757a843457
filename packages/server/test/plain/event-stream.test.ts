/** The plain wire as an event stream, read by fetch and by curl; events and answers go up by POST. */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { type TestContext, test } from "node:test";
import type { CloseReason } from "../../src/link.ts";
import { outgoing } from "./fake-gate.ts";
import { type House, openHouse } from "./house.ts";
import { Stream } from "./stream-reader.ts";

interface StreamRequest {
  readonly query?: string;
  readonly headers?: Record<string, string>;
}

async function opened(t: TestContext, house: House, { query = "", headers = {} }: StreamRequest = {}): Promise<Stream> {
  const response = await fetch(`${house.url}${query}`, { headers: { Accept: "text/event-stream", ...headers } });
  assert.equal(response.status, 200);
  const stream = new Stream(response);
  t.after(() => stream.cancel().catch(() => {}));
  return stream;
}

function post(house: House, body: unknown, query = ""): Promise<Response> {
  const headers = { "Content-Type": "application/json" };
  return fetch(`${house.url}${query}`, { method: "POST", headers, body: JSON.stringify(body) });
}

test("headers that keep proxies and browsers from holding it back", async (t) => {
  const house = await openHouse(t, { cors: { origin: "https://page.example" } });
  const { response } = await opened(t, house, { headers: { Origin: "https://page.example" } });
  const { headers } = response;
  assert.equal(headers.get("content-type"), "text/event-stream; charset=utf-8");
  assert.equal(headers.get("cache-control"), "no-cache, no-transform");
  assert.equal(headers.get("x-accel-buffering"), "no");
  assert.equal(headers.get("vary"), "Origin, Accept");
  assert.equal(headers.get("access-control-allow-origin"), "https://page.example");
});

test("it is told who it is first, then what is sent", async (t) => {
  const house = await openHouse(t);
  house.gate.hello = { id: "e-1", recovered: true };
  const stream = await opened(t, house);
  house.gate.socket.send(
    outgoing("message", "two\nlines"),
    { ...outgoing("price", { AAPL: 271.3 }), id: "m3-18" },
    outgoing("move", 1, 2),
    outgoing("open", 1),
    { ...outgoing("ask", "?"), ack: 4 },
  );
  assert.deepEqual(await stream.events(6), [
    'event: anywire:open\nid: e-1\ndata: {"session":"session-1","socket":"socket-1","heartbeat":25000,"recovered":true}',
    "data: two\ndata: lines",
    'event: price\nid: m3-18\ndata: {"AAPL":271.3}',
    'event: move\ndata: {"args":[1,2]}',
    'event: anywire:event\ndata: {"event":"open","data":1}',
    'event: anywire:event\ndata: {"event":"ask","data":"?","ack":4}',
  ]);
});

test("with v=1 every event is a message whose data is the envelope", async (t) => {
  const house = await openHouse(t);
  house.gate.hello = { id: "e-1", recovered: true };
  const stream = await opened(t, house, { query: "?v=1" });
  house.gate.socket.send(
    outgoing("message", "two\nlines"),
    { ...outgoing("price", { AAPL: 271.3 }), id: "m3-18" },
    outgoing("open", 1, 2),
    { ...outgoing("ask", "?"), ack: 4 },
  );
  assert.deepEqual(await stream.events(5), [
    'id: e-1\ndata: {"event":"anywire:open","data":{"session":"session-1","socket":"socket-1","heartbeat":25000,"recovered":true},"id":"e-1"}',
    'data: {"event":"message","data":"two\\nlines"}',
    'id: m3-18\ndata: {"event":"price","data":{"AAPL":271.3},"id":"m3-18"}',
    'data: {"event":"open","args":[1,2]}',
    'data: {"event":"ask","data":"?","ack":4}',
  ]);
  house.gate.socket.link?.close("shutting-down", 77);
  assert.match(await stream.rest(), /^data: {"event":"anywire:close","data":{"reason":"shutting-down","retry":77}}$/m);
});

test("it is told when to come back", async (t) => {
  const house = await openHouse(t, { retry: 1_234 });
  const stream = await opened(t, house);
  house.gate.socket.link?.close("shutting-down", 77);
  const text = await stream.rest();
  assert.match(text, /^retry: ?1234$/m);
  assert.match(text, /^retry: ?77$/m);
});

test("text in a message forges nothing", async (t) => {
  const house = await openHouse(t);
  const stream = await opened(t, house);
  await stream.events(1);
  house.gate.socket.send(
    outgoing("message", "a\n\nevent: admin\rdata: x\n\nid: 9"),
    outgoing("message", '{"event":"admin"}'),
  );
  assert.deepEqual(await stream.events(2), [
    'event: anywire:event\ndata: {"event":"message","data":"a\\n\\nevent: admin\\rdata: x\\n\\nid: 9"}',
    'data: {"event":"admin"}',
  ]);
});

test("Last-Event-ID, since and a poll's cursor all say where to go on; the header goes first", async (t) => {
  const house = await openHouse(t);
  await opened(t, house, { query: "?since=e-1" });
  await opened(t, house, { headers: { "Last-Event-ID": "e-2" } });
  await opened(t, house, { query: "?since=e-1", headers: { "Last-Event-ID": "e-3" } });
  await opened(t, house, { query: "?since=Qx_-1234.17~e-4" });
  await opened(t, house, { query: "?since=Qx_-1234.17~" });
  assert.deepEqual(
    house.gate.requests.map(({ since }) => since),
    ["e-1", "e-2", "e-3", "e-4", undefined],
  );
});

test("an event of the client: JSON or a form, session in query or body", async (t) => {
  const house = await openHouse(t);
  await opened(t, house);
  const { socket } = house.gate;
  const { session } = socket;
  assert.equal((await post(house, { event: "chat", data: "hi" }, `?session=${session}`)).status, 204);
  assert.equal((await post(house, { event: "move", args: [1, 2], id: "c1", session })).status, 204);
  const form = new URLSearchParams({ event: "chat", data: "ü & ö", session });
  assert.equal((await fetch(house.url, { method: "POST", body: form })).status, 204);
  assert.deepEqual(socket.received, [
    { name: "chat", args: ["hi"], id: undefined },
    { name: "move", args: [1, 2], id: "c1" },
    { name: "chat", args: ["ü & ö"], id: undefined },
  ]);
});

test("an event that wants an ack is answered in the answer to its POST", async (t) => {
  const house = await openHouse(t);
  await opened(t, house);
  const { socket } = house.gate;
  const query = `?session=${socket.session}`;
  const answer = await post(house, { event: "echo", data: "hi", ack: 7 }, query);
  assert.deepEqual([answer.status, await answer.json()], [200, { ack: 7, data: "hi" }]);
  assert.equal(answer.headers.get("cache-control"), "no-store");
  socket.onEvent = (_event, reply) => void setImmediate(() => reply?.({ error: { code: "no", message: "never" } }));
  const refused = await post(house, { event: "echo", ack: 8 }, query);
  assert.deepEqual([refused.status, await refused.json()], [200, { ack: 8, error: { code: "no", message: "never" } }]);
});

test("an ack that never comes is a timeout to the client, and one that comes later is lost", async (t) => {
  const house = await openHouse(t, { answerTimeout: 1 });
  await opened(t, house);
  const { socket } = house.gate;
  let late: (answer: { args: unknown[] }) => void = () => {};
  socket.onEvent = (_event, reply) => {
    if (reply !== undefined) late = reply;
  };
  const answer = await post(house, { event: "echo", ack: 7 }, `?session=${socket.session}`);
  const { error } = (await answer.json()) as { error: { code: string } };
  assert.equal(error.code, "timeout");
  late({ args: [] });
  assert.deepEqual(house.errors, []);
});

test("a client that does not wait for its ack is forgotten", async (t) => {
  const house = await openHouse(t);
  await opened(t, house);
  const { socket } = house.gate;
  let reply: ((answer: { args: unknown[] }) => void) | undefined;
  socket.onEvent = (_event, given) => {
    reply = given;
  };
  const abort = new AbortController();
  const body = JSON.stringify({ event: "echo", ack: 7, session: socket.session });
  const headers = { "Content-Type": "application/json" };
  const asked = fetch(house.url, { method: "POST", headers, body, signal: abort.signal });
  await socket.until(({ received }) => received.length === 1);
  abort.abort();
  await assert.rejects(asked);
  reply?.({ args: [] });
  assert.deepEqual(house.errors, []);
});

test("the client's answer goes up by POST", async (t) => {
  const house = await openHouse(t);
  await opened(t, house);
  const { socket } = house.gate;
  assert.equal(socket.link?.canAck, true);
  assert.equal((await post(house, { ack: 4, data: "ok", session: socket.session })).status, 204);
  assert.deepEqual(socket.answers, [[4, { args: ["ok"] }]]);
  assert.deepEqual(socket.received, []);
});

const closings: [reason: CloseReason, told: string][] = [
  ["disconnected", "server namespace disconnect"],
  ["taken-over", "session taken over"],
  ["slow-consumer", "slow consumer"],
  ["shutting-down", "server shutting down"],
];

for (const [reason, told] of closings) {
  test(`${reason}: the stream says so and ends`, async (t) => {
    const house = await openHouse(t);
    const stream = await opened(t, house);
    await stream.events(1);
    house.gate.socket.link?.close(reason);
    house.gate.socket.send(outgoing("late"));
    const text = await stream.rest();
    assert.match(text, new RegExp(`event: anywire:close\n(?:id: .*\n)?data: {"reason":"${reason}"}\n`));
    assert.ok(!text.includes("late"));
    assert.deepEqual(house.gate.socket.closings, [told]);
  });
}

test("an EventSource that was disconnected comes back, and is told to stay away", async (t) => {
  const house = await openHouse(t);
  const stream = await opened(t, house);
  house.gate.socket.link?.close("disconnected");
  const [, id = ""] = /^id: (.*)$/m.exec(await stream.rest()) ?? [];
  assert.notEqual(id, "");
  const headers = { Accept: "text/event-stream", "Last-Event-ID": id };
  assert.equal((await fetch(house.url, { headers })).status, 204);
  assert.equal(house.gate.requests.length, 1);
});

test("a client that leaves is told to the socket once", async (t) => {
  const house = await openHouse(t);
  const stream = await opened(t, house);
  await stream.cancel();
  await house.gate.socket.until(({ closings }) => closings.length > 0);
  assert.deepEqual(house.gate.socket.closings, ["transport close"]);
});

test("a client that leaves during the admission is abandoned", async (t) => {
  for (const accept of ["text/event-stream", "application/json"]) {
    const house = await openHouse(t);
    let letIn = (): void => {};
    house.gate.before = () =>
      new Promise((resolve) => {
        letIn = resolve;
      });
    const socket = connect(house.port, "127.0.0.1");
    const asked = once(house.gate, "asked");
    socket.write(`GET /anywire HTTP/1.1\r\nHost: a\r\nAccept: ${accept}\r\n\r\n`);
    await asked;
    socket.resetAndDestroy();
    for (let n = 0; n < 20; n++) await new Promise((resolve) => setImmediate(resolve)); // the server learns of it
    const abandoned = once(house.gate, "abandoned");
    letIn();
    await abandoned;
    assert.equal(house.gate.sockets.length, 0);
  }
});

test("a client that does not read is closed as a slow consumer, and volatile events to it are dropped", async (t) => {
  const house = await openHouse(t, { maxBufferedBytes: 4_000_000 });
  const client = connect(house.port, "127.0.0.1");
  t.after(() => client.destroy());
  const opening = once(house.gate, "opened");
  client.write("GET /anywire HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  await opening;
  client.pause();
  const { socket } = house.gate;
  const chunk = "x".repeat(500_000);
  for (let sent = 0; socket.link?.bufferedBytes === 0 && sent < 100; sent++) {
    socket.send(outgoing("chunk", chunk));
    await new Promise((resolve) => setImmediate(resolve));
  }
  socket.sendVolatile(outgoing("volatile"));
  for (let sent = 0; socket.closings.length === 0 && sent < 100; sent++) {
    socket.send(outgoing("chunk", chunk));
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.deepEqual(socket.closings, ["slow consumer"]);
  let tail = "";
  client.on("data", (data) => {
    tail = (tail + data.toString("latin1")).slice(-500);
    assert.ok(!tail.includes("volatile"));
  });
  client.on("error", () => {});
  client.resume();
  await once(client, "close");
  assert.match(tail, /event: anywire:close\ndata: {"reason":"slow-consumer"}/);
});

test("curl -N shows events, and curl posts a form", async (t) => {
  const house = await openHouse(t);
  const opening = once(house.gate, "opened");
  const curl = spawn("curl", ["-sN", house.url]);
  t.after(() => curl.kill());
  await opening;
  const { socket } = house.gate;
  socket.send(outgoing("message", "hello curl"));
  let text = "";
  for await (const chunk of curl.stdout) {
    text += String(chunk);
    if (text.includes("data: hello curl\n\n")) break;
  }
  assert.match(text, /event: anywire:open\n/);
  const args = ["-s", "-d", "event=chat", "--data-urlencode", "data=a&b", `${house.url}?session=${socket.session}`];
  const posting = spawn("curl", [...args, "-w", "%{http_code}"]);
  let status = "";
  for await (const chunk of posting.stdout) status += String(chunk);
  assert.equal(status, "204");
  assert.deepEqual(socket.received, [{ name: "chat", args: ["a&b"], id: undefined }]);
});
