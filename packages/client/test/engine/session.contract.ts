/** What engine.io-client's `Socket` does at a server, and ours has to. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { engines, Served } from "../streams/served.ts";
import { Diary } from "./diary.ts";
import { libraries } from "./libraries.ts";

const ways = {
  polling: ["polling"],
  websocket: ["websocket"],
  upgrade: ["polling", "websocket"],
} as const;

export function sessionContract(name: keyof typeof libraries): void {
  const library = libraries[name];
  for (const [engine, openEngine] of Object.entries(engines)) {
    for (const [way, transports] of Object.entries(ways)) {
      const at = `by ${way} at ${engine}`;

      test(`${at}: text and binary come back in order`, async (t) => {
        const served = await Served.open(t, {}, { openEngine });
        const diary = new Diary(t, library.open(served.origin, { transports }));
        await diary.heard("open");
        served.last.on("message", (data) => served.last.send(data));
        const count = 200;
        for (let n = 0; n < count; n++) {
          if (n === 100 && way === "upgrade") await diary.heard("upgrade");
          diary.client.send(n % 3 === 0 ? new Uint8Array([n, 255]) : `message ${n} é`);
        }
        await diary.until(() => diary.messages.length === count);
        const expected = Array.from({ length: count }, (_, n) =>
          n % 3 === 0 ? new Uint8Array([n, 255]).buffer : `message ${n} é`,
        );
        assert.deepEqual(diary.messages, expected);
        assert.equal(diary.client.transport.name, transports.at(-1));
      });

      test(`${at}: the handshake comes before open, and the id with it`, async (t) => {
        const served = await Served.open(t, { pingInterval: 9_000, maxPayload: 1_000 }, { openEngine });
        const diary = new Diary(t, library.open(served.origin, { transports }));
        await diary.heard("open");
        const [data] = await diary.heard("handshake");
        assert.equal(Reflect.get(Object(data), "pingInterval"), 9_000);
        assert.equal(diary.client.id, served.last.id);
        assert.equal(diary.client.readyState, "open");
        assert.deepEqual(diary.order("packet", "heartbeat", "handshake", "open").slice(0, 4), [
          "packet",
          "heartbeat",
          "handshake",
          "open",
        ]);
      });

      test(`${at}: a ping is answered`, async (t) => {
        const served = await Served.open(t, { pingInterval: 60, pingTimeout: 5_000 }, { openEngine });
        const diary = new Diary(t, library.open(served.origin, { transports }));
        await diary.heard("pong", 2);
        assert.deepEqual(diary.order("ping", "pong").slice(0, 4), ["ping", "pong", "ping", "pong"]);
        assert.deepEqual(served.ends, []);
      });

      test(`${at}: close() lets leave what was written`, async (t) => {
        const served = await Served.open(t, {}, { openEngine });
        const diary = new Diary(t, library.open(served.origin, { transports }));
        const received: unknown[] = [];
        served.engine.on("connection", (session) => session.on("message", (data: unknown) => received.push(data)));
        await diary.heard("open");
        diary.client.send("first");
        diary.client.send("last");
        diary.client.close();
        assert.equal(diary.client.readyState, "closing");
        diary.client.send("never");
        const [reason] = await diary.heard("close");
        assert.equal(reason, "forced close");
        await served.ended();
        assert.deepEqual(received, ["first", "last"]);
        assert.deepEqual(served.ends, ["transport close"]);
        assert.equal(diary.client.id, null);
      });

      test(`${at}: the server closes`, async (t) => {
        const served = await Served.open(t, {}, { openEngine });
        const diary = new Diary(t, library.open(served.origin, { transports }));
        await diary.heard(way === "upgrade" ? "upgrade" : "open");
        served.last.close();
        const [reason, details] = await diary.heard("close");
        const description = way === "polling" ? "transport closed by the server" : "websocket connection closed";
        assert.equal(reason, "transport close");
        assert.equal(Reflect.get(Object(details), "description"), description);
        assert.equal(diary.client.readyState, "closed");
      });
    }
  }

  test("drain and flush: after what was written together", async (t) => {
    const served = await Served.open(t);
    const diary = new Diary(t, library.open(served.origin, { transports: ["polling"] }));
    await diary.heard("open");
    const told: string[] = [];
    diary.client.write("a", {}, () => told.push("a"));
    diary.client.write("b", {}, () => told.push("b"));
    assert.deepEqual(told, ["a"]);
    await diary.heard("drain");
    assert.deepEqual(
      diary.order("packetCreate", "flush", "drain").join(" "),
      "packetCreate flush packetCreate flush drain",
    );
    assert.deepEqual(told, ["a", "b"]);
    assert.equal(diary.client.writeBuffer.length, 0);
  });

  test("a body of polling is no longer than maxPayload", async (t) => {
    const served = await Served.open(t, { maxHttpBufferSize: 100 }, { openEngine: engines["engine.io"] });
    const received: unknown[] = [];
    served.engine.on("connection", (session) => session.on("message", (data: unknown) => received.push(data)));
    const diary = new Diary(t, library.open(served.origin, { transports: ["polling"] }));
    await diary.heard("open");
    const sent = Array.from({ length: 20 }, (_, n) => `${n} ${"é".repeat(15)}`);
    for (const data of sent) diary.client.send(data);
    await diary.heard("drain");
    assert.deepEqual(received, sent);
    assert.ok(diary.of("flush").length > 5);
  });

  test("an HTTP error is an error of the transport", async (t) => {
    const served = await Served.open(t, {
      allowRequest: (_: unknown, done: (...args: unknown[]) => void) => done("no", false),
    });
    const diary = new Diary(t, library.open(served.origin, { transports: ["polling"] }));
    const [reason, details] = await diary.heard("close");
    assert.equal(reason, "transport error");
    const [[error]] = diary.of("error") as [[Error & { type: string; description: unknown; context: Response }]];
    assert.equal(error, details);
    assert.deepEqual([error.type, error.description, error.context.status], ["TransportError", 403, 403]);
  });

  test("the next transport is tried if the first fails", async (t) => {
    const served = await Served.open(t, { transports: ["websocket"] });
    const diary = new Diary(t, library.open(served.origin, { tryAllTransports: true }));
    await diary.heard("open");
    assert.equal(diary.client.transport.name, "websocket");
    assert.deepEqual(diary.of("error"), []);
  });

  test("a WebSocket that worked comes first the next time", async (t) => {
    const served = await Served.open(t);
    library.remembers = false;
    const first = new Diary(t, library.open(served.origin, { rememberUpgrade: true }));
    await first.heard("upgrade");
    assert.equal(library.remembers, true);
    const second = new Diary(t, library.open(served.origin, { rememberUpgrade: true }));
    assert.equal(second.client.transport.name, "websocket");
    await second.heard("open");
    library.remembers = false;
  });

  test("upgrade: false stays where it is", async (t) => {
    const served = await Served.open(t);
    const diary = new Diary(t, library.open(served.origin, { upgrade: false }));
    await diary.heard("open");
    assert.deepEqual(diary.order("upgrading", "upgrade", "upgradeError"), []);
    assert.equal(diary.client.transport.name, "polling");
  });

  test("the query, the path and the timestamp are in every request", async (t) => {
    const served = await Served.open(t, { path: "/elsewhere" });
    const options = { path: "/elsewhere/", query: { a: "b c&d" }, timestampParam: "stamp" };
    const diary = new Diary(t, library.open(`${served.origin}/ignored`, { ...options, upgrade: false }));
    await diary.heard("open");
    for (const [, query] of served.requests) {
      assert.deepEqual([query.get("a"), query.get("EIO"), query.get("transport")], ["b c&d", "4", "polling"]);
      assert.match(String(query.get("stamp")), /^\w+$/);
    }
  });

  const broken = ["0{", "0null", '0{"sid":1}']; // engine.io-client throws them at the process
  for (const bad of ["", "<html>", "9", ...(name.startsWith("theirs") ? [] : broken)]) {
    test(`no packet, but ${JSON.stringify(bad)}, where the handshake should be`, async (t) => {
      const served = await Served.open(t, { path: "/x" }, { serve: (_, response) => response.end(bad) });
      const diary = new Diary(t, library.open(served.origin, { transports: ["polling"] }));
      const [reason] = await diary.heard("close");
      assert.equal(reason, "transport error");
      assert.equal(Reflect.get(Object(diary.of("error")[0]?.[0]), "message"), "server error");
    });
  }
}
