/** No session keeps the process of a program alive that wants to end. */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { Socket as NetSocket } from "node:net";
import { type TestContext, test } from "node:test";
import { portOf, serve } from "./engine-server.ts";

const child = new URL("./leaving-process.ts", import.meta.url);

/** @returns what it said; a process that stays alive runs into the test's timeout */
async function processEnds(t: TestContext, ...args: readonly string[]): Promise<string> {
  const options = ["--conditions=anywire-source", "--import", "tsx", child.pathname, ...args];
  const running = spawn(process.execPath, options, { stdio: ["ignore", "pipe", "inherit"] });
  t.after(() => running.kill("SIGKILL"));
  const said = running.stdout.toArray();
  const [code] = await once(running, "exit");
  assert.equal(code, 0);
  return Buffer.concat(await said).toString();
}

for (const names of ["polling", "polling,websocket"]) {
  for (const mode of ["autoUnref", "close"]) {
    test(`${names}: a process ends with ${mode}`, async (t) => {
      const { port } = await serve(t);
      assert.equal(await processEnds(t, String(port), mode, names), "open");
    });
  }
}

for (const names of ["polling", "websocket"]) {
  test(`${names}: a process ends with autoUnref at a server that never answers`, async (t) => {
    const server = createServer(() => {}).on("upgrade", () => {});
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const sockets: NetSocket[] = [];
    server.on("connection", (socket) => sockets.push(socket));
    t.after(() => {
      server.close();
      for (const socket of sockets) socket.destroy();
    });
    assert.equal(await processEnds(t, String(portOf(server)), "silence", names), "open");
  });
}
