/** Seeded fuzz of the Engine.IO server over raw bytes: whatever comes in is answered as documented, and leaves nothing behind. */

import assert from "node:assert/strict";
import { connect } from "node:net";
import { test } from "node:test";
import { mutate } from "../../../../scripts/test/mutation.ts";
import { Random } from "../../../../scripts/test/random.ts";
import { createEngineWorld, type EngineWorld, openByPolling, upgradeHead } from "./engine-world.ts";

/** Engine.io's, and what Node's own parser says. */
const documented = new Set([101, 200, 204, 400, 403, 404, 405, 408, 413, 426, 431]);

const words = [
  "\0",
  "\r\n",
  "&",
  "=",
  "%",
  "%00",
  "%zz",
  "?",
  "#",
  ";",
  "__proto__",
  "constructor",
  "sid=",
  "EIO=3",
  "EIO=4",
  "j=0",
  "b64=1",
  "transport=",
  "polling",
  "websocket",
  "eventsource",
  "iframe",
  "webtransport",
  "\x1e",
  "\xff",
  "4",
  "b4",
  "1:",
  "-1",
  "9".repeat(20),
  "d=",
];

const seeds: readonly [name: string, request: string][] = [
  [
    "a handshake",
    "GET /engine.io/?EIO=4&transport=polling&t=abc HTTP/1.1\r\nHost: a\r\nOrigin: https://a.example\r\n\r\n",
  ],
  ["an old handshake", "GET /engine.io/?EIO=3&transport=polling&j=0&b64=1 HTTP/1.1\r\nHost: a\r\nCookie: io=x\r\n\r\n"],
  [
    "a POST",
    "POST /engine.io/?EIO=4&transport=polling&sid=SID HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n4a\x1ebAQID",
  ],
  [
    "an old POST",
    "POST /engine.io/?EIO=3&transport=polling&sid=OLD HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n2:4a3:b4AQ",
  ],
  [
    "a form",
    "POST /engine.io/?EIO=4&transport=polling&j=1&sid=SID HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nd=4%20",
  ],
  ["a stream", "GET /engine.io/?EIO=4&transport=eventsource HTTP/1.1\r\nHost: a\r\n\r\n"],
  ["an upgrade", upgradeHead("EIO=4&transport=websocket&sid=SID", ["Origin: https://a.example"])],
  ["a WebSocket", `${upgradeHead("EIO=4&transport=websocket")}\x81\x82\0\0\0\x004a`],
  ["a preflight", "OPTIONS /engine.io/?EIO=4 HTTP/1.1\r\nHost: a\r\nAccess-Control-Request-Headers: x\r\n\r\n"],
];

/** The beginning of the answer; a client that says no more, and goes. */
async function exchange({ port }: EngineWorld, bytes: Buffer): Promise<string> {
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  socket.on("error", () => {});
  socket.end(bytes);
  let text = "";
  for await (const chunk of socket.iterator({ destroyOnReturn: true })) {
    text += chunk.toString("latin1");
    if (text.includes("\r\n\r\n")) break;
  }
  socket.destroy();
  return text;
}

for (const [index, [name, request]] of seeds.entries()) {
  test(`mutations of ${name}`, async (t) => {
    const world = await createEngineWorld(t, { allowEIO3: true, cors: { origin: /\.example$/ } });
    world.engine.on("connection", (session) => session.on("close", () => {}));
    const random = new Random(index + 1);
    let answered = 0;
    for (let round = 0; round < 200; round++) {
      const sid = await openByPolling(world);
      const old = request.includes("OLD") ? await openOld(world) : "";
      const bytes = Buffer.from(request.replace("SID", sid).replace("OLD", old), "latin1");
      const mutated = mutate(random, bytes, words);
      const answer = await exchange(world, mutated);
      if (answer === "") continue; // Node waits for the rest of it, or cuts what is no HTTP
      answered++;
      const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1]);
      assert.ok(documented.has(status), `${JSON.stringify(mutated.toString("latin1"))} got ${answer.slice(0, 200)}`);
    }
    assert.ok(answered > 100, `only ${answered} of 200 were answered`);
    assert.equal((await world.ask("EIO=4&transport=polling")).status, 200, "the server lives");
    world.engine.close();
    assert.equal(world.engine.clientsCount, 0);
    world.http.closeAllConnections();
    const connections = (): Promise<number> =>
      new Promise((resolve) => world.http.getConnections((_error, count) => resolve(count)));
    while ((await connections()) > 0) await new Promise(setImmediate);
  });
}

async function openOld(world: EngineWorld): Promise<string> {
  const { text } = await world.ask("EIO=3&transport=polling");
  return JSON.parse(text.slice(text.indexOf("{"), text.lastIndexOf("}") + 1)).sid;
}
