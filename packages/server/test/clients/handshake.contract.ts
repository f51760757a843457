/** What a client brings when it connects, and what it is told. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Socket } from "socket.io";
import { everyKind, heard, newerKinds, upgraded, v2, v4 } from "./client-kind.ts";
import { type OpenServer, openHouse, patience } from "./house.ts";

export function handshakeContract(server: string, open: OpenServer): void {
  for (const kind of everyKind) {
    test(`${server}, ${kind.name}: the handshake has the client's query, headers and cookies`, patience, async (t) => {
      const house = await openHouse(t, open);
      const { client, socket } = await house.enter(kind, {
        query: { token: "ünï&☃", room: "a b", n: 1 },
        extraHeaders: { "X-From": "house", Cookie: "a=1; b=2" },
      });
      const { handshake } = socket;
      assert.equal(handshake.query.token, "ünï&☃");
      assert.equal(handshake.query.room, "a b");
      assert.equal(handshake.query.n, "1");
      assert.equal(handshake.query.EIO, String(kind.protocol));
      assert.equal(handshake.query.transport, kind.first);
      assert.equal(handshake.headers["x-from"], "house");
      assert.equal(handshake.headers.cookie, "a=1; b=2");
      assert.equal(handshake.address, "127.0.0.1");
      assert.equal(handshake.secure, false);
      assert.equal(handshake.xdomain, false);
      assert.match(handshake.url, /^\/socket\.io\/\?/);
      assert.equal(new Date(handshake.issued).toString(), handshake.time);
      assert.equal(socket.request.headers["x-from"], "house");
      assert.equal(socket.conn.protocol, kind.protocol);
      assert.equal(socket.client.conn, socket.conn);
      assert.equal(socket.id, client.id);
      assert.equal(socket.connected && client.connected, true);
      assert.equal(house.io.engine.clientsCount, 1);
      assert.equal(house.io.sockets.sockets.get(socket.id), socket);
      assert.deepEqual([...socket.rooms], [socket.id]);
    });

    test(`${server}, ${kind.name}: it ends on its last transport`, patience, async (t) => {
      const house = await openHouse(t, open);
      const { client, socket } = await house.enter(kind);
      await upgraded(client, kind);
      const answered = heard(client, "answer");
      socket.on("ask", () => socket.emit("answer", socket.conn.transport.name));
      client.emit("ask");
      assert.deepEqual(await answered, [kind.last]);
    });

    test(`${server}, ${kind.name}: its own path is asked for`, patience, async (t) => {
      const house = await openHouse(t, open, { path: "/my/chat" });
      const { socket } = await house.enter(kind, { path: "/my/chat" });
      assert.match(socket.handshake.url, /^\/my\/chat\/\?/);
      assert.equal(house.io.path(), "/my/chat");
    });

    test(`${server}, ${kind.name}: allowRequest may refuse it`, patience, async (t) => {
      const house = await openHouse(t, open, {
        allowRequest: (request, decide) => decide("no", request.headers.pass === "me"),
      });
      const refused = house.call(kind, { extraHeaders: { pass: "not" } });
      const [error] = await heard(refused, "connect_error");
      assert.ok(error instanceof Error);
      assert.match(error.message, /^(xhr poll|websocket) error$/);
    });

    test(`${server}, ${kind.name}: a connection handler hears what is sent at once`, patience, async (t) => {
      const house = await openHouse(t, open);
      const asked = new Promise((resolve) => {
        house.io.on("connection", (socket) => {
          socket.emit("welcome", socket.id);
          socket.on("early", resolve);
        });
      });
      const client = house.call(kind);
      client.on("connect", () => client.emit("early", "bird"));
      const [id] = await heard(client, "welcome");
      assert.equal(id, client.id);
      assert.equal(await asked, "bird");
    });
  }

  for (const kind of newerKinds) {
    test(`${server}, ${kind.name}: auth is an object or a function`, patience, async (t) => {
      const house = await openHouse(t, open);
      const auth = { secret: { deep: [1, "é"] } };
      assert.deepEqual((await house.enter(kind, { auth })).socket.handshake.auth, auth);
      const asked = await house.enter(kind, { auth: (give: (value: unknown) => void) => give({ late: true }) });
      assert.deepEqual(asked.socket.handshake.auth, { late: true });
      assert.deepEqual((await house.enter(kind)).socket.handshake.auth, {});
    });

    test(`${server}, ${kind.name}: a client that joins no namespace is closed`, patience, async (t) => {
      const house = await openHouse(t, open, { connectTimeout: 1 });
      const opened = new Promise<Socket["conn"]>((resolve) => house.io.engine.once("connection", resolve));
      house.call(kind, { auth: () => {} }); // its auth is never given, so it never says CONNECT
      const session = await opened;
      if (session.readyState !== "closed") await heard(session, "close");
      assert.equal(house.io.engine.clientsCount, 0);
    });
  }

  for (const kind of v2) {
    test(`${server}, ${kind.name}: it is refused unless allowEIO3 says otherwise`, patience, async (t) => {
      const house = await openHouse(t, open, { allowEIO3: false });
      const refusal = new Promise<{ code: number; message: string }>((resolve) =>
        house.io.engine.once("connection_error", resolve),
      );
      const refused = heard(house.call(kind), "connect_error");
      const { code, message } = await refusal;
      assert.deepEqual({ code, message }, { code: 5, message: "Unsupported protocol version" });
      await refused;
    });

    test(`${server}, ${kind.name}: it has no auth`, patience, async (t) => {
      const house = await openHouse(t, open);
      const { socket } = await house.enter(kind);
      assert.deepEqual(socket.handshake.auth, {});
    });
  }

  for (const kind of v4.filter(({ first }) => first === "polling")) {
    test(
      `${server}, ${kind.name}: cookies of the first answer come back with the later requests`,
      patience,
      async (t) => {
        const house = await openHouse(t, open, { cookie: { name: "affinity", path: "/", httpOnly: true } });
        house.io.engine.on("initial_headers", (headers: Record<string, string | string[]>) => {
          headers["Set-Cookie"] = [`${headers["Set-Cookie"]}`, "seat=7"];
        });
        const cookies: (string | undefined)[] = [];
        house.io.engine.on("headers", (_headers: unknown, request: Socket["request"]) =>
          cookies.push(request.headers.cookie),
        );
        const { client, socket } = await house.enter(kind, { withCredentials: true });
        await upgraded(client, kind);
        const sid = client.io.engine.id;
        assert.notEqual(sid, socket.id);
        assert.equal(cookies[0], undefined);
        assert.ok(cookies.length > 1);
        for (const cookie of cookies.slice(1)) assert.equal(cookie, `affinity=${sid}; seat=7`);
      },
    );
  }
}
