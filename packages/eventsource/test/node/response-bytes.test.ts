/** What sessions put on connections of HTTP/1.1, byte for byte, and next to whoever else writes there. */

import assert from "node:assert/strict";
import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { type TestContext, test } from "node:test";
import fc from "fast-check";
import { createSession, type Session } from "../../src/server.ts";
import { dechunk } from "../dechunk.ts";
import { get, serveWires, type Wire } from "../wire.ts";

const endOfTick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

interface Stream {
  readonly session: Session;
  readonly response: ServerResponse;
  readonly wire: Wire;
}

interface OpenOptions {
  readonly request?: string;
  /** As middleware does. */
  readonly before?: (response: ServerResponse) => void;
}

/** A stream whose head and first comment have arrived. */
async function open(context: TestContext, { request = get(), before }: OpenOptions = {}): Promise<Stream> {
  let made: Pick<Stream, "session" | "response"> | undefined;
  const dial = await serveWires(context, (incoming, response) => {
    before?.(response);
    made = { session: createSession(incoming, response, { retry: false, heartbeat: false }), response };
  });
  const wire = dial();
  wire.socket.write(request);
  await wire.until(() => wire.received.includes(": \n\n"));
  assert.ok(made);
  return { ...made, wire };
}

/** All that was written to the socket of a response since. */
function spy({ response }: Stream): Uint8Array[] {
  const { socket } = response;
  assert.ok(socket);
  const written: Uint8Array[] = [];
  const write = socket.write.bind(socket);
  Object.assign(socket, {
    write: (bytes: Uint8Array) => {
      written.push(bytes);
      return write(bytes);
    },
  });
  return written;
}

test("the events of a tick are one chunk, and one write", async (context) => {
  const stream = await open(context);
  const { session, wire } = stream;
  const written = spy(stream);
  session.push("a");
  session.push("b", { id: "1" });
  await endOfTick();
  session.comment("c");
  session.close();
  await wire.until(() => wire.received.includes("0\r\n\r\n"));
  assert.equal(written.map(String)[0], "18\r\ndata: a\n\nid: 1\ndata: b\n\n\r\n".replace("18", (9 + 15).toString(16)));
  assert.equal(wire.body.toString(), `4\r\n: \n\n\r\n${written.map(String)[0]}5\r\n: c\n\n\r\n0\r\n\r\n`);
});

test("streams that send the same share the bytes, until the tick is over", async (context) => {
  const streams = [await open(context), await open(context), await open(context)];
  const written = streams.map(spy);
  const shared = [Buffer.from("data: a\n\n"), Buffer.from("data: b\n\n")];
  for (const bytes of shared) for (const { session } of streams) session.write(bytes);
  await endOfTick();
  assert.equal(written[0]?.length, 1);
  assert.equal(written[1]?.[0], written[0]?.[0]);
  assert.equal(written[2]?.[0], written[0]?.[0]);
  streams[0]?.session.write(Buffer.from("data: c\n\n"));
  for (const { session } of streams) for (const bytes of shared) session.write(bytes);
  await endOfTick();
  assert.notEqual(written[0]?.[1], written[1]?.[1]);
  assert.equal(written[1]?.[1], written[2]?.[1]);
  assert.notEqual(written[1]?.[1], written[1]?.[0]);
});

test("what is large is not copied", async (context) => {
  const stream = await open(context);
  const written = spy(stream);
  const large = Buffer.from(`data: ${"x".repeat(40_000)}\n\n`);
  stream.session.write(large);
  await endOfTick();
  assert.equal(written[1], large);
  await stream.wire.until(() => stream.wire.received.length > large.length + stream.wire.head.length + 15);
  assert.deepEqual(dechunk(stream.wire.body).sizes, [4, large.length]);
});

const pushes: [name: string, act: (stream: Stream) => void, text: string][] = [
  ["response.write", ({ response }) => response.write(": other\n\n"), ": other\n\n"],
  ["a corked response.write", ({ response }) => response.cork(), ""],
  ["flush", ({ session }) => session.flush(), ""],
  ["an uncork", ({ response }) => response.uncork(), ""],
  ["flush twice", ({ session }) => [session.flush(), session.flush()], ""],
];

for (const [name, act, text] of pushes) {
  test(`order holds around ${name}`, async (context) => {
    const stream = await open(context);
    stream.session.push("1");
    act(stream);
    stream.session.push("2");
    await endOfTick();
    stream.response.uncork();
    stream.session.push("3");
    stream.session.close();
    await once(stream.response, "close");
    await stream.wire.until(() => dechunk(stream.wire.body).isOver);
    assert.equal(dechunk(stream.wire.body).body.toString(), `: \n\ndata: 1\n\n${text}data: 2\n\ndata: 3\n\n`);
  });
}

test("who ends the response ends it behind what was pushed", async (context) => {
  const { session, response, wire } = await open(context);
  const closed = once(session, "close");
  session.push("1");
  response.end(": bye\n\n");
  assert.equal(session.closed, true);
  assert.equal(session.push("2"), false);
  assert.deepEqual(await closed, ["gone"]);
  await wire.until(() => dechunk(wire.body).isOver);
  assert.equal(dechunk(wire.body).body.toString(), ": \n\ndata: 1\n\n: bye\n\n");
});

test("a write that middleware has replaced gets all of it", async (context) => {
  const seen: string[] = [];
  const { session, wire } = await open(context, {
    before: (response) => {
      const write = response.write;
      response.write = (...parameters: unknown[]): boolean => {
        seen.push(String(parameters[0]));
        return Reflect.apply(write, response, parameters);
      };
    },
  });
  session.push("a");
  await endOfTick();
  session.push("b");
  session.push("c");
  session.close();
  await wire.until(() => wire.received.includes("0\r\n\r\n"));
  assert.deepEqual(seen, [": \n\n", "data: a\n\n", "data: b\n\ndata: c\n\n"]);
  assert.equal(dechunk(wire.body).body.toString(), seen.join(""));
});

test("so does one that replaces it afterwards", async (context) => {
  const seen: string[] = [];
  const { session, response, wire } = await open(context);
  const write = response.write;
  response.write = (...parameters: unknown[]): boolean => {
    seen.push(String(parameters[0]));
    return Reflect.apply(write, response, parameters);
  };
  session.push("a");
  session.close();
  await wire.until(() => wire.received.includes("0\r\n\r\n"));
  assert.deepEqual(seen, ["data: a\n\n"]);
});

test("a client of HTTP/1.0 gets no chunks", async (context) => {
  const { session, wire } = await open(context, { request: get("/", "1.0", "close") });
  session.push("a");
  await endOfTick();
  session.push("b");
  session.close();
  await once(wire.socket, "close");
  assert.equal(wire.body.toString(), ": \n\ndata: a\n\ndata: b\n\n");
});

test("to HEAD nothing is written but the head, and the connection is as good as new", async (context) => {
  const strict = { rejectNonStandardBodyWrites: true };
  const dial = await serveWires(
    context,
    (request, response) => {
      const session = createSession(request, response, { retry: false });
      session.push("none of it to HEAD");
      session.close();
    },
    strict,
  );
  const wire = dial();
  wire.socket.write(get().replace("GET", "HEAD"));
  await wire.until(() => wire.head.endsWith("\r\n\r\n"));
  assert.match(wire.head, /^HTTP\/1\.1 200 OK\r\n/);
  assert.match(wire.head, /content-type: text\/event-stream/i);
  assert.equal(wire.body.length, 0);
  wire.received = Buffer.alloc(0);
  wire.socket.write(get());
  await wire.until(() => wire.received.includes("none of it"));
  assert.match(wire.head, /^HTTP\/1\.1 200 OK\r\n/);
});

test("after a stream, the connection is as good as new", async (context) => {
  const dial = await serveWires(context, (request, response) => {
    if (request.url === "/plain") return void response.end("plain");
    const session = createSession(request, response, { retry: false });
    session.push(request.url);
    setImmediate(() => {
      session.push("last");
      session.close();
    });
  });
  const wire = dial();
  for (const path of ["/one", "/plain", "/two", "/plain"]) {
    wire.received = Buffer.alloc(0);
    wire.socket.write(get(path));
    await wire.until(() => (path === "/plain" ? wire.body.toString() === "plain" : dechunk(wire.body).isOver));
    if (path !== "/plain") assert.equal(dechunk(wire.body).body.toString(), `: \n\ndata: ${path}\n\ndata: last\n\n`);
    if (path !== "/plain") assert.equal(dechunk(wire.body).rest.length, 0);
  }
});

test("a client that reads nothing: counted, cut, and closed as slow", async (context) => {
  const { session, wire } = await open(context);
  wire.socket.pause();
  const closed = once(session, "close");
  while (!session.closed) {
    session.push("x".repeat(1_000_000));
    await endOfTick();
    assert.ok(session.bufferedBytes < 3_000_000);
  }
  assert.deepEqual(await closed, ["slow"]);
  assert.equal(session.bufferedBytes, 0);
});

test("drain follows on the socket, once, and the stream goes on", async (context) => {
  const { session, response, wire } = await open(context);
  wire.socket.pause();
  const drains: string[] = [];
  session.on("drain", () => drains.push("drain"));
  const large = 8_000_000;
  session.push("x".repeat(large));
  await endOfTick();
  assert.equal(session.congested, true);
  const drained = once(session, "drain");
  wire.socket.resume();
  drains.length = 0;
  await drained;
  assert.deepEqual(drains, ["drain"]);
  assert.equal(session.congested, false);
  assert.equal(response.socket?.listenerCount("drain"), 1, "that of node:http alone");
  session.close();
  await wire.until(() => wire.received.subarray(-20).includes("0\r\n\r\n"));
  assert.deepEqual(dechunk(wire.body).sizes, [4, large + 8]);
});

type Act = (stream: Stream, mark: string) => unknown;

/** What can be done, and what it adds to the stream. */
const acts: readonly (readonly [act: Act, adds: (mark: string) => string])[] = [
  [({ session }, mark) => session.push(mark), (mark) => `data: ${mark}\n\n`],
  [({ session }, mark) => session.comment(mark), (mark) => `: ${mark}\n\n`],
  [({ session }, mark) => session.write(Buffer.from(`id: ${mark}\n\n`)), (mark) => `id: ${mark}\n\n`],
  [({ session }, mark) => session.push(mark.repeat(9_000)), (mark) => `data: ${mark.repeat(9_000)}\n\n`],
  [({ response }, mark) => response.write(`: foreign ${mark}\n\n`), (mark) => `: foreign ${mark}\n\n`],
  [({ session }) => session.flush(), () => ""],
  [({ response }) => response.cork(), () => ""],
  [({ response }) => response.uncork(), () => ""],
  [endOfTick, () => ""],
];

for (const replaced of [false, true]) {
  test(`whatever is done in whatever order arrives complete, in order${replaced ? ", through a replaced write" : ""}`, async (context) => {
    const before = (response: ServerResponse): void => {
      if (!replaced) return;
      const { write } = response;
      response.write = (...parameters: unknown[]): boolean => Reflect.apply(write, response, parameters);
    };
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...acts), { maxLength: 30 }), async (given) => {
        const stream = await open(context, { before });
        let expected = ": \n\n";
        for (const [at, [act, adds]] of given.entries()) {
          await act(stream, String(at));
          expected += adds(String(at));
        }
        stream.session.close();
        await stream.wire.until(() => stream.wire.received.subarray(-5).toString() === "0\r\n\r\n");
        assert.equal(dechunk(stream.wire.body).body.toString(), expected);
        stream.wire.socket.destroy();
      }),
      { numRuns: 40 },
    );
  });
}
