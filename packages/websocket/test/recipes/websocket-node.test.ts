/** The programs of docs/websocket-node.md. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import Peer from "ws";
import { serverFrame } from "../frames.ts";
import { RawPeer } from "../served.ts";
import { ask } from "../visitor.ts";
import { recipePage, timeout } from "./recipe.ts";

const page = recipePage("websocket-node", ["requests", "fragments", "keepalive"]);

test("a request is accepted with a protocol, or rejected with a status", { timeout }, async (t) => {
  const at = await page.serve(t, "requests");
  const echo = new Peer(`ws://${at}/`, ["chat", "echo"]);
  t.after(() => echo.terminate());
  await once(echo, "open");
  assert.equal(echo.protocol, "echo");
  echo.send("hello");
  assert.equal(String((await once(echo, "message"))[0]), "hello");
  const refused = await ask(t, `ws://${at}/`, { "sec-websocket-protocol": "chat" });
  assert.deepEqual([refused.status, refused.body], [400, "speak echo"]);
});

test("messages go out in frames of the size that is wanted", { timeout }, async (t) => {
  const at = await page.serve(t, "fragments");
  const parts = (payload: string): string[] => payload.match(/.{1,4}/g) ?? [];
  const frames = (opcode: number, payload: string): Buffer[] =>
    parts(payload).map((part, index, all) =>
      serverFrame(index === 0 ? opcode : 0, part, { fin: index === all.length - 1 }),
    );
  const wanted = Buffer.concat([...frames(1, "a text in fragments of four bytes"), ...frames(2, "bytes too")]);
  const peer = await RawPeer.open(t, Number(at.split(":")[1]));
  assert.deepEqual(await peer.until((bytes) => bytes.length >= wanted.length), wanted);
});

test("keepalive is a heartbeat: a peer that answers pings stays", { timeout }, async (t) => {
  const at = await page.serve(t, "keepalive", { "20_000": "20" });
  const { peer } = await ask(t, `ws://${at}/`);
  const pings = new Promise<void>((resolve) => {
    let count = 0;
    peer.on("ping", () => ++count === 3 && resolve());
  });
  await pings;
  assert.equal(peer.readyState, peer.OPEN);
});
