/** When the small client comes back, and when not, over a transport in memory and over refusals by HTTP. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { mock, type TestContext, test } from "node:test";
import { EventSource } from "eventsource";
import { connect } from "../../src/plain/connect.ts";
import type { PlainTransport } from "../../src/plain/link.ts";
import type { PlainSocket } from "../../src/plain/plain-socket.ts";
import { join, patience } from "./house.ts";

interface Ended {
  readonly code: number;
}

/** Does nothing by itself. */
class SilentSocket {
  readonly readyState = 1;
  readonly sent: string[] = [];
  readonly url: string;
  onmessage = (_event: { readonly data: string }): void => {};
  onclose = (_event: Ended): void => {};
  onerror = (): void => {};

  constructor(url: string) {
    this.url = url;
  }

  send(text: string): void {
    this.sent.push(text);
  }

  close(): void {}

  hear(...frames: unknown[]): void {
    for (const frame of frames) this.onmessage({ data: JSON.stringify(frame) });
  }
}

const opening = { event: "anywire:open", data: { session: "s", socket: "~1", recovered: false }, id: "e-1" };

/** A client whose time the test makes pass; chance adds nothing to its delays. */
class Bench {
  readonly made: SilentSocket[] = [];
  readonly socket: PlainSocket;

  constructor(t: TestContext) {
    mock.timers.enable({ apis: ["setTimeout"] });
    const random = mock.method(Math, "random", () => 0.5);
    const socket = connect("http://a/anywire", { transports: [this.transport()] });
    t.after(() => {
      socket.close();
      mock.timers.reset();
      random.mock.restore();
    });
    this.socket = socket;
  }

  /** The link in use. */
  async link(): Promise<SilentSocket> {
    await new Promise(setImmediate); // the token is asked for
    const link = this.made.at(-1);
    assert.ok(link);
    return link;
  }

  /** How many tries there are after so many milliseconds more. */
  async triesAfter(ms: number): Promise<number> {
    mock.timers.tick(ms);
    await new Promise(setImmediate);
    return this.made.length;
  }

  private transport(): PlainTransport {
    const { made } = this;
    return class extends SilentSocket {
      constructor(url: string) {
        super(url);
        made.push(this);
      }
    };
  }
}

test("the retry of anywire:close is obeyed, to the millisecond", async (t) => {
  const bench = new Bench(t);
  const link = await bench.link();
  link.hear(opening, { event: "anywire:close", data: { reason: "shutting-down", retry: 30_000 } });
  link.onclose({ code: 1012 }); // says nothing new
  assert.equal(bench.socket.active, true);
  assert.equal(await bench.triesAfter(29_999), 1);
  assert.equal(await bench.triesAfter(1), 2);
});

test("without one it waits a second, then one more each time, five at most, and a second again once it was connected", async (t) => {
  const bench = new Bench(t);
  for (const [at, seconds] of [1, 2, 3, 4, 5, 5, 5].entries()) {
    (await bench.link()).onclose({ code: 1006 });
    assert.equal(await bench.triesAfter(seconds * 1_000 - 1), at + 1);
    assert.equal(await bench.triesAfter(1), at + 2);
  }
  const link = await bench.link();
  link.hear(opening);
  link.onclose({ code: 1006 });
  assert.equal(await bench.triesAfter(1_000), 9);
});

test("a try that hears nothing for 20 seconds has failed, a connection that hears nothing has not", async (t) => {
  const bench = new Bench(t);
  const codes: string[] = [];
  bench.socket.on("connect_error", ({ code }) => codes.push(code));
  await bench.link();
  assert.equal(await bench.triesAfter(20_000), 1);
  assert.deepEqual(codes, ["timeout"]);
  assert.equal(await bench.triesAfter(1_000), 2);
  (await bench.link()).hear(opening);
  assert.equal(await bench.triesAfter(1_000_000), 2);
  assert.equal(bench.socket.connected, true);
});

for (const [stops, codes] of [
  [true, [1002, 1003, 1007, 1008, 1009]],
  [false, [1000, 1001, 1005, 1006, 1011, 1012, 1013]],
] as const) {
  for (const code of codes) {
    test(`it ${stops ? "stops" : "comes back"} when the WebSocket is closed with ${code}`, async (t) => {
      const bench = new Bench(t);
      const link = await bench.link();
      link.hear(opening);
      const told: string[] = [];
      bench.socket.on("disconnect", (error) => told.push(error.code));
      link.onclose({ code });
      assert.deepEqual([told, bench.socket.active, bench.socket.connected], [[`${code}`], !stops, false]);
      assert.equal(await bench.triesAfter(10_000), stops ? 1 : 2);
    });
  }
}

test("malformed frames are no exceptions, and the connection lives", async (t) => {
  const bench = new Bench(t);
  const link = await bench.link();
  const values = [undefined, null, 5, "text", [], {}, { code: 5 }];
  for (const data of values)
    link.hear({ event: "anywire:open", data }, { ack: 1, error: data }, { ack: 1, args: data });
  for (const args of values) link.hear({ event: "a", args, ack: args, id: args });
  for (const text of ["", "null", "[]", "{", '{"event":1}']) link.onmessage({ data: text });
  assert.equal(bench.socket.connected, true);
});

test("anywire:close without a reason is come back to", async (t) => {
  for (const data of [undefined, null, {}, { reason: 5, retry: null }]) {
    const bench = new Bench(t);
    const link = await bench.link();
    link.hear(opening, { event: "anywire:close", data });
    assert.equal(bench.socket.active, true);
    bench.socket.close();
    mock.timers.reset();
  }
});

test("what is heard of a link that was given up does not count", async (t) => {
  const bench = new Bench(t);
  const heard: unknown[] = [];
  bench.socket.on("a", (data) => heard.push(data));
  const first = await bench.link();
  let answer: (value: number) => void = () => {};
  bench.socket.on("ask", (reply) => {
    answer = reply;
  });
  first.hear(opening, { event: "ask", ack: 1, args: [] });
  first.onclose({ code: 1006 });
  await bench.triesAfter(1_000);
  const second = await bench.link();
  second.hear(opening);
  first.hear({ event: "a", data: "old" });
  first.onclose({ code: 1006 });
  second.hear({ event: "a", data: "new" });
  answer(5);
  assert.deepEqual([heard, bench.socket.connected, second.sent], [["new"], true, []]);
});

test("a function that has no token to show is asked again, and a token is shown to the next try", async (t) => {
  const made: SilentSocket[] = [];
  const transport = class extends SilentSocket {
    constructor(url: string) {
      super(url);
      made.push(this);
    }
  };
  const answers = [() => Promise.reject(new Error("expired")), async () => "fresh"];
  const socket = join(t, "http://a/anywire?x=1", {
    transports: [transport],
    rooms: ["a", "b c"],
    since: "e-7",
    token: () => answers.shift()?.(),
  });
  const [error] = await new Promise<[Error & { code: string }]>((resolve) =>
    socket.on("connect_error", (...args) => resolve(args)),
  );
  assert.equal(error.code, "Error: expired");
  while (made.length === 0) await new Promise(setImmediate);
  assert.equal(made[0]?.url, "ws://a/anywire?x=1&room=a&room=b+c&since=e-7&v=1&token=fresh");
});

for (const [stops, statuses] of [
  [true, [204, 400, 401, 403, 404, 406]],
  [false, [408, 429, 500, 502, 503]],
] as const) {
  for (const status of statuses) {
    test(`it ${stops ? "stops" : "comes back"} when the EventSource is refused with ${status}`, patience, async (t) => {
      let requests = 0;
      const server = createServer((_request, response) => {
        requests += 1;
        response.writeHead(status).end();
      });
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
      t.after(() => {
        server.closeAllConnections();
        server.close();
      });
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/anywire`;
      const socket = join(t, url, { transports: [EventSource] });
      const failed = (): Promise<string> =>
        new Promise((resolve) => socket.once("connect_error", ({ code }) => resolve(code)));
      assert.equal(await failed(), `${status}`);
      assert.equal(socket.active, !stops);
      if (stops) assert.equal(requests, 2);
      else await failed();
    });
  }
}
