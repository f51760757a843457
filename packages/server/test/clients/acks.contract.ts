/** Acks in both directions: by callback and by promise, with any arguments, in time or too late. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { type Client, everyKind, heardTimes, v4 } from "./client-kind.ts";
import { type OpenServer, openHouse, patience } from "./house.ts";

type Answer = (...args: unknown[]) => void;

const bytes = Buffer.from([1, 2, 255]);

const answers: readonly [name: string, answer: readonly unknown[], arrives?: readonly unknown[]][] = [
  ["nothing", []],
  ["several values", [1, "two", [3], { four: 4 }, true]],
  ["null and undefined", [null, undefined], [null, null]],
  ["unicode", ["漢字 😀"]],
  ["a text of 300 KB", ["y".repeat(300_000)]],
  ["bytes", [bytes]],
  ["bytes in every place", [{ file: bytes }, [bytes, "é"], bytes]],
  ["what looks like an error", [{ error: "none" }]],
];

/** Answers each `ask` with what it was asked for. */
function repeatTo(emitter: Pick<Client, "on">): void {
  emitter.on("ask", (...args: unknown[]) => {
    const answer = args.pop();
    assert.ok(typeof answer === "function");
    answer(...args);
  });
}

/** The answer to a callback. */
function asked({ client }: { client: Pick<Client, "emit"> }, ...args: unknown[]): Promise<unknown[]> {
  return new Promise((resolve) => client.emit("ask", ...args, (...answer: unknown[]) => resolve(answer)));
}

/** What a promise fails with. */
async function failureOf(promise: Promise<unknown>): Promise<Error & { responses?: unknown }> {
  const failure = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  assert.ok(failure instanceof Error, "it should have failed");
  return failure;
}

/** An answer in time; one that nobody would wait for. */
const [soon, ever] = [1, 60_000];

export function acksContract(server: string, open: OpenServer): void {
  for (const kind of everyKind) {
    const subject = `${server}, ${kind.name}`;

    test(`${subject}: the server answers`, patience, async (t) => {
      const { client, socket } = await (await openHouse(t, open)).enter(kind);
      repeatTo(socket);
      for (const [name, answer, arrives = answer] of answers) {
        assert.deepEqual(await asked({ client }, ...answer), arrives, name);
      }
    });

    test(`${subject}: the client answers`, patience, async (t) => {
      const { client, socket } = await (await openHouse(t, open)).enter(kind);
      repeatTo(client);
      for (const [name, answer, arrives = answer] of answers) {
        assert.deepEqual(await asked({ client: socket }, ...answer), arrives, name);
        assert.deepEqual(await socket.emitWithAck("ask", ...answer), arrives[0], name);
      }
    });

    test(`${subject}: a hundred questions get each its own answer`, patience, async (t) => {
      const { client, socket } = await (await openHouse(t, open)).enter(kind);
      const answered = (n: number, answer: Answer): unknown => (n % 2 === 0 ? setImmediate(answer, n) : answer(n));
      client.on("n", answered);
      socket.on("n", answered);
      const numbers = Array.from({ length: 100 }, (_, n) => n);
      const toClient = numbers.map((n) => socket.emitWithAck("n", n));
      const toServer = numbers.map((n) => new Promise((resolve) => client.emit("n", n, resolve)));
      assert.deepEqual(await Promise.all(toClient), numbers);
      assert.deepEqual(await Promise.all(toServer), numbers);
    });

    test(`${subject}: only the first answer counts`, patience, async (t) => {
      const { client, socket } = await (await openHouse(t, open)).enter(kind);
      const twice = (answer: Answer): void => {
        answer("first");
        answer("second");
      };
      client.on("twice", twice);
      socket.on("twice", twice);
      const got: unknown[] = [];
      client.emit("twice", (value: unknown) => got.push(value));
      socket.emit("twice", (value: unknown) => got.push(value));
      repeatTo(client);
      repeatTo(socket);
      await Promise.all([asked({ client }, 1), asked({ client: socket }, 1)]);
      assert.deepEqual(got, ["first", "first"]);
    });

    test(`${subject}: no answer in time is an error, and a late one is nothing`, patience, async (t) => {
      const { client, socket } = await (await openHouse(t, open)).enter(kind);
      const withheld = heardTimes(client, "silence", 2);
      const calls: unknown[][] = [];
      const given = new Promise<void>((resolve) =>
        socket.timeout(soon).emit("silence", (...args: unknown[]) => {
          calls.push(args);
          resolve();
        }),
      );
      const failure = await failureOf(socket.timeout(soon).emitWithAck("silence"));
      assert.equal(failure.message, "operation has timed out");
      await given;
      for (const args of await withheld) {
        const answer = args[0];
        assert.ok(typeof answer === "function");
        answer("late");
      }
      repeatTo(client);
      await asked({ client: socket });
      assert.deepEqual(
        calls.map(([error]) => error instanceof Error && error.message),
        ["operation has timed out"],
      );
    });

    test(`${subject}: an answer in time comes after no error`, patience, async (t) => {
      const { client, socket } = await (await openHouse(t, open)).enter(kind);
      repeatTo(client);
      const answer = await new Promise((resolve) =>
        socket.timeout(ever).emit("ask", 1, 2, (...args: unknown[]) => resolve(args)),
      );
      assert.deepEqual(answer, [null, 1, 2]);
      assert.equal(await socket.timeout(ever).emitWithAck("ask", 3, 4), 3);
    });

    test(`${subject}: a broadcast gathers the answers of all`, patience, async (t) => {
      const house = await openHouse(t, open);
      const pairs = [await house.enter(kind), await house.enter(kind), await house.enter(kind)];
      for (const [n, { client }] of pairs.entries()) client.on("who", (answer: Answer) => answer(n, "ignored"));
      const gathered: unknown = await house.io.timeout(ever).emitWithAck("who");
      assert.deepEqual(sorted(gathered), [0, 1, 2]);
      const [error, list] = await new Promise<[unknown, unknown]>((resolve) =>
        house.io.timeout(ever).emit("who", (...args: [unknown, unknown]) => resolve(args)),
      );
      assert.deepEqual([error, sorted(list)], [null, [0, 1, 2]]);
      const others: unknown = await pairs[1]?.socket.broadcast.timeout(ever).emitWithAck("who");
      assert.deepEqual(sorted(others), [0, 2]);
      assert.deepEqual(await house.io.to("nobody").timeout(ever).emitWithAck("who"), []);
    });

    test(`${subject}: a broadcast with bytes gathers bytes`, patience, async (t) => {
      const house = await openHouse(t, open);
      for (const { client } of [await house.enter(kind), await house.enter(kind)]) repeatTo(client);
      const gathered: unknown[] = await house.io.timeout(ever).emitWithAck("ask", { file: bytes });
      assert.deepEqual(gathered, [{ file: bytes }, { file: bytes }]);
    });

    test(`${subject}: a broadcast that one does not answer fails, with what the others say`, patience, async (t) => {
      const house = await openHouse(t, open);
      const [eager] = [await house.enter(kind), await house.enter(kind)];
      eager.client.on("who", (answer: Answer) => answer("eager"));
      let responses: unknown;
      for (const ms of [50, 500, 5_000]) {
        const failure = await failureOf(house.io.timeout(ms).emitWithAck("who"));
        assert.equal(failure.message, "operation has timed out");
        responses = failure.responses;
        if (Array.isArray(responses) && responses.length > 0) break; // else the machine was too busy to answer in time
      }
      assert.deepEqual(responses, ["eager"]);
    });
  }

  for (const kind of v4) {
    const subject = `${server}, ${kind.name}`;

    test(`${subject}: the client's promises are kept`, patience, async (t) => {
      const { client, socket } = await (await openHouse(t, open)).enter(kind);
      repeatTo(socket);
      for (const [name, answer, arrives = answer] of answers) {
        assert.deepEqual(await client.emitWithAck("ask", ...answer), arrives[0], name);
      }
      assert.equal(await client.timeout(ever).emitWithAck("ask", "in time"), "in time");
      assert.match((await failureOf(client.timeout(soon).emitWithAck("silence"))).message, /timed out/);
    });

    test(`${subject}: the client's questions fail when the server leaves`, patience, async (t) => {
      const { client, socket } = await (await openHouse(t, open)).enter(kind);
      socket.on("leave", () => socket.disconnect());
      assert.match((await failureOf(client.timeout(ever).emitWithAck("leave"))).message, /disconnected/);
    });

    test(`${subject}: an emit with retries is given up when none is answered`, patience, async (t) => {
      const { client, socket } = await (await openHouse(t, open)).enter(kind, { retries: 2, ackTimeout: soon });
      const arrived = heardTimes(socket, "again", 3);
      await failureOf(client.emitWithAck("again", "x"));
      assert.deepEqual(
        (await arrived).map(([value]) => value),
        ["x", "x", "x"],
      );
    });
  }
}

function sorted(list: unknown): unknown[] {
  assert.ok(Array.isArray(list));
  return list.toSorted();
}
