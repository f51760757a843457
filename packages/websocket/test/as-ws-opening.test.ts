/** Clients until they are open, or never are: the same on npm's ws and on this package. */

import { once } from "node:events";
import { createServer } from "node:http";
import { connect } from "node:net";
import type * as ws from "ws";
import { portOf } from "./served.ts";
import { attempt, closed, compare, events, show } from "./stage.ts";

compare({
  "a client that gives up before it is open": {
    async run({ WebSocket, url, note }) {
      for (const end of ["close", "terminate"] as const) {
        const client = new WebSocket(url);
        for (const event of events) client.on(event, (...given) => note("client", event, client.readyState, ...given));
        client[end]();
        note("client state", client.readyState);
        await closed(client);
        note("client state", client.readyState);
      }
    },
  },
  "a port where nobody listens, and an answer that is none": {
    async run({ WebSocket, note }) {
      const http = createServer((_request, response) => response.writeHead(404).end()).listen(0, "127.0.0.1");
      await once(http, "listening");
      const port = portOf(http);
      for (const free of [false, true]) {
        if (free) await new Promise((resolve) => http.close(resolve));
        const client = new WebSocket(`ws://127.0.0.1:${port}/`);
        for (const event of events) {
          client.on(event, (...given) =>
            note("client", event, ...given.map((each) => show(each).replace(/\d{4,5}$/, "N"))),
          );
        }
        await closed(client);
      }
    },
  },
  "an upgrade with the wrong key": {
    async run({ WebSocket, note }) {
      const answer =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: no\r\n\r\n";
      const http = createServer().on("upgrade", (_request, stream) =>
        stream.on("end", () => stream.end()).write(answer),
      );
      await once(http.listen(0, "127.0.0.1"), "listening");
      const client = new WebSocket(`ws://127.0.0.1:${portOf(http)}`);
      client.on("upgrade", () => {
        note("client upgrade", client.readyState);
        process.nextTick(() => {
          note("client state", client.readyState);
          client.send("too late", (error) => note("sent", error));
        });
      });
      client.on("error", ({ message }) => note("client error", client.readyState, message));
      client.on("close", (code) => note("client close", client.readyState, code));
      await closed(client);
      await new Promise((resolve) => http.close(resolve));
    },
  },
  "a client that gives up in finishRequest": {
    async run({ WebSocket, url, note }) {
      const client = new WebSocket(url, {
        finishRequest(request, socket) {
          note("client", socket.url, socket.readyState, request.getHeader("upgrade"));
          socket.close();
          note("client", socket.readyState);
        },
      });
      for (const event of events) client.on(event, (...given) => note("client", event, ...given));
      await closed(client);
    },
  },
  "a connection of the program's own making": {
    async run({ WebSocket, url, note }) {
      const createConnection: NonNullable<ws.ClientOptions["createConnection"]> = (given) => {
        if (typeof given === "object" && "port" in given) note("port", typeof given.port);
        return connect(Number(new URL(url).port), "127.0.0.1");
      };
      for (const address of [url, "ws://example.test"]) {
        const client = new WebSocket(address, { createConnection });
        await once(client, "open");
        client.terminate();
        await closed(client);
      }
    },
  },
  "misuse of the constructor": {
    async run({ WebSocket, url, note }) {
      attempt(note, [
        () => new WebSocket("not an url"),
        () => new WebSocket("ftp://127.0.0.1"),
        () => new WebSocket(`${url}/#x`),
        () => new WebSocket(url, ["a", "a"]),
        () => new WebSocket(url, ["a b"]),
        () => new WebSocket(url, { protocolVersion: 1000 }),
        () => new WebSocket("ws+unix:"),
      ]);
    },
  },
  "a server with subprotocols": {
    server: { handleProtocols: (offered) => [...offered].at(-1) ?? false },
    async run({ WebSocket, url, note }) {
      const client = new WebSocket(url, ["first", "second"]);
      await once(client, "open");
      note("protocol", client.protocol, client.url);
      client.terminate();
      await closed(client);
    },
  },
  "a server that refuses": {
    server: {
      verifyClient: (info, answer) => answer(false, 403, `not ${info.req.headers["user-agent"]}`, { "X-Why": "no" }),
    },
    async run({ WebSocket, url, note }) {
      const client = new WebSocket(url, { headers: { "User-Agent": "you" } });
      client.on("unexpected-response", (request, response) => {
        note("answer", response.statusCode, response.headers["x-why"], response.headers["content-type"]);
        response.on("data", (data) => note("body", data)).on("end", () => client.terminate());
        note("request", request.path);
      });
      client.on("error", (error) => note("client", error));
      await closed(client);
    },
  },
});
