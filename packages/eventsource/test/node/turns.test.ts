/** Streams that wait for their turn on a pipelined connection: nothing is lost, and their end is always noticed. */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import type { Socket } from "node:net";
import { type TestContext, test } from "node:test";
import { createChannel, createSession, type Session } from "../../src/server.ts";
import { dechunk } from "../dechunk.ts";
import { get, serveWires, type Wire } from "../wire.ts";

const endOfTick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

interface Pipeline {
  /** The first has its turn. */
  readonly sessions: readonly Session[];
  readonly wire: Wire;
  /** The server's. */
  readonly socket: Socket;
}

async function pipeline(context: TestContext, count: number): Promise<Pipeline> {
  const sessions: Session[] = [];
  let taken: Socket | undefined;
  const dial = await serveWires(context, (request, response) => {
    taken = request.socket;
    sessions.push(createSession(request, response, { retry: false }));
  });
  const wire = dial();
  wire.socket.write(get().repeat(count));
  await wire.until(() => wire.received.includes(": \n\n") && sessions.length === count);
  assert.ok(taken);
  return { sessions, wire, socket: taken };
}

test("a stream that waits for its turn on the connection loses nothing", async (context) => {
  const sessions: Session[] = [];
  const dial = await serveWires(context, (request, response) => {
    const session = createSession(request, response, { retry: false });
    session.push(request.url);
    sessions.push(session);
  });
  const wire = dial();
  wire.socket.write(get("/first") + get("/second"));
  await wire.until(() => wire.received.includes("/first"));
  const [first, second] = sessions;
  assert.ok(first && second);
  second.push("early");
  await endOfTick();
  assert.ok(second.bufferedBytes > 0);
  wire.received = Buffer.alloc(0);
  first.close();
  await wire.until(() => wire.received.includes("early"));
  second.push("late");
  second.close();
  await wire.until(() => wire.received.toString().endsWith("0\r\n\r\n") && wire.received.includes("late"));
  wire.received = wire.received.subarray(wire.received.indexOf("HTTP/1.1"));
  assert.equal(dechunk(wire.body).body.toString(), ": \n\ndata: /second\n\ndata: early\n\ndata: late\n\n");
});

test("a client that leaves while a stream waits for its turn is noticed by both", async (context) => {
  const closes: Promise<unknown>[] = [];
  const dial = await serveWires(context, (request, response) => {
    closes.push(once(createSession(request, response), "close"));
  });
  const wire = dial();
  wire.socket.write(get("/first") + get("/second"));
  await wire.until(() => wire.received.includes("retry"));
  wire.socket.destroy();
  assert.equal(closes.length, 2);
  await Promise.all(closes);
});

test("however many wait, they are one listener, and none once all have had their turn", async (context) => {
  const warnings: Error[] = [];
  const warn = (warning: Error): void => void warnings.push(warning);
  process.on("warning", warn);
  context.after(() => process.off("warning", warn));
  const { sessions, wire, socket } = await pipeline(context, 30);
  const listeners = socket.listenerCount("close");
  const closes = sessions.map((session) => once(session, "close"));
  for (const session of sessions) session.close();
  assert.deepEqual(new Set((await Promise.all(closes)).flat()), new Set(["closed"]));
  await wire.until(() => wire.received.toString("latin1").split("0\r\n\r\n").length > sessions.length);
  assert.equal(socket.listenerCount("close"), listeners - 2, "neither ours nor that of a response");
  assert.deepEqual(warnings, []);
});

test("one that is destroyed while it waits is closed, and the connection at its turn", async (context) => {
  const { sessions, wire } = await pipeline(context, 3);
  const [first, second, third] = sessions;
  assert.ok(first && second && third);
  const closed = once(second, "close");
  second.destroy("slow");
  assert.deepEqual(await closed, ["slow"]);
  assert.equal(first.closed, false);
  const lost = once(third, "close");
  first.close();
  await once(wire.socket, "close");
  assert.deepEqual(await lost, ["gone"]);
});

test("one that is cut while it waits hears nothing of its channel any more", async (context) => {
  const { sessions } = await pipeline(context, 2);
  const [, second] = sessions;
  assert.ok(second);
  const channel = createChannel();
  channel.register(second);
  const deregistered = once(channel, "session-deregistered");
  while (!second.closed) {
    channel.broadcast("x".repeat(1_000_000));
    await endOfTick();
  }
  await deregistered;
  assert.equal(channel.sessionCount, 0);
});

test("a stream whose connection has closed before it began is closed from the beginning", async (context) => {
  let begin: (() => Session) | undefined;
  let connection: Socket | undefined;
  const dial = await serveWires(context, (request, response) => {
    connection = request.socket;
    if (request.url === "/second") begin = () => createSession(request, response);
  });
  const wire = dial();
  wire.socket.write(get("/first") + get("/second"));
  while (begin === undefined) await endOfTick();
  assert.ok(connection);
  const gone = once(connection, "close");
  wire.socket.destroy();
  await gone;
  const session = begin();
  assert.equal(session.closed, true);
  assert.equal(session.bufferedBytes, 0);
  assert.deepEqual(await once(session, "close"), ["gone"]);
});

test("the mistake of one listener keeps no other from hearing of the end", () => {
  const script = `
    import { EventEmitter } from "node:events";
    import { awaitTurn } from "${new URL("../../src/node/turns.ts", import.meta.url)}";
    process.on("uncaughtException", ({ message }) => console.log(message));
    const [response, connection] = [new EventEmitter(), new EventEmitter()];
    awaitTurn(response, connection, { lost: () => { throw new Error("broken"); } });
    awaitTurn(response, connection, { lost: () => console.log("called") });
    connection.emit("close");
  `;
  const node = ["--conditions=anywire-source", "--import", "tsx", "--input-type=module", "--eval", script];
  const { stdout } = spawnSync(process.execPath, node, { encoding: "utf8" });
  assert.deepEqual(stdout.trim().split("\n").sort(), ["broken", "called"]);
});
