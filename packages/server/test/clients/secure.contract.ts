/** Over TLS, and over HTTP/2 where Socket.IO has that: polling, with WebSockets on HTTP/1.1 beside it. */

import assert from "node:assert/strict";
import { once } from "node:events";
import type { Server as HttpServer } from "node:http";
import { type ClientHttp2Session, connect, createSecureServer } from "node:http2";
import { createServer } from "node:https";
import { test } from "node:test";
import type { Socket } from "socket.io";
import { selfSigned } from "../../../../scripts/test/self-signed.ts";
import { everyKind, heard, upgraded } from "./client-kind.ts";
import { type OpenServer, openHouse, patience } from "./house.ts";

/** Clients that take the certificate, each major by its own option. */
const trusting = { ca: selfSigned.cert, rejectUnauthorized: false };

const secure = (http: HttpServer): { on: { http: HttpServer; scheme: "https" } } => ({ on: { http, scheme: "https" } });

/** HTTP/2, and HTTP/1.1 for those that ask for it. */
function http2Server(): HttpServer {
  const server: unknown = createSecureServer({ ...selfSigned, allowHTTP1: true });
  return server as HttpServer; // which Socket.IO takes for one
}

/** One request. @returns what it is answered with */
async function ask(
  session: ClientHttp2Session,
  path: string,
  body?: string,
): Promise<{ status: number; text: string }> {
  const stream = session.request({ ":path": path, ":method": body === undefined ? "GET" : "POST" });
  stream.setEncoding("utf8").end(body);
  const answered = once(stream, "response");
  let text = "";
  for await (const chunk of stream) text += chunk;
  const [headers] = await answered;
  return { status: headers[":status"], text };
}

export function secureContract(server: string, open: OpenServer): void {
  for (const kind of everyKind) {
    for (const [protocol, listen] of [
      ["TLS", () => createServer(selfSigned)],
      ["a server of HTTP/2 and 1.1", http2Server],
    ] as const) {
      test(`${server}, ${kind.name}: it talks over ${protocol}`, patience, async (t) => {
        const house = await openHouse(t, open, secure(listen()));
        const { client, socket } = await house.enter(kind, trusting);
        await upgraded(client, kind);
        assert.equal(socket.handshake.secure, true);
        assert.equal(client.io.engine.transport.name, kind.last);
        const arrived = [heard(socket, "said"), heard(client, "said")];
        client.emit("said", "é", Buffer.from("up"));
        socket.emit("said", "漢", Buffer.from("down"));
        assert.deepEqual(await Promise.all(arrived), [
          ["é", Buffer.from("up")],
          ["漢", Buffer.from("down")],
        ]);
      });
    }
  }

  test(`${server}: a session of polls over HTTP/2`, patience, async (t) => {
    const house = await openHouse(t, open, secure(http2Server()));
    const session = connect(house.url, { ca: selfSigned.cert, rejectUnauthorized: false });
    t.after(() => session.destroy());
    const path = "/socket.io/?EIO=4&transport=polling";
    const opened = await ask(session, path);
    assert.equal(opened.status, 200);
    const { sid } = JSON.parse(opened.text.slice(1));
    const coming = new Promise<Socket>((resolve) => house.io.once("connection", resolve));
    assert.deepEqual(await ask(session, `${path}&sid=${sid}`, "40"), { status: 200, text: "ok" });
    const socket = await coming;
    assert.deepEqual(await ask(session, `${path}&sid=${sid}`), { status: 200, text: `40{"sid":"${socket.id}"}` });
    const polled = ask(session, `${path}&sid=${sid}`);
    const said = heard(socket, "said");
    await ask(session, `${path}&sid=${sid}`, '42["said","up é"]');
    assert.deepEqual(await said, ["up é"]);
    socket.emit("said", "down");
    assert.deepEqual(await polled, { status: 200, text: '42["said","down"]' });
    const left = heard(socket, "disconnect");
    await ask(session, `${path}&sid=${sid}`, "41");
    assert.deepEqual((await left)[0], "client namespace disconnect");
  });
}
