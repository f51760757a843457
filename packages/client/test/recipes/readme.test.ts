/** The programs of the README and of docs/migrating.md, with servers of both kinds. */

import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { Socket } from "socket.io";
import { RecipePage } from "../../../../scripts/test/readme/recipe-page.ts";
import { House } from "../contract/house.ts";
import { anywire, type ServerKind, socketIo } from "../contract/server-kind.ts";

const folder = join(import.meta.dirname, "../..");
const readme = new RecipePage(join(folder, "README.md"), ["client chat.mjs", "client events.mjs"]);
const migrating = new RecipePage(join(folder, "docs/migrating.md"), ["client.mjs"]);
const timeout = 60_000;

/** @returns what the programs say for its address, and that */
async function serve(t: TestContext, kind: ServerKind, welcome: (socket: Socket) => unknown): Promise<object> {
  const house = new House(kind);
  for (const namespace of ["/", "/chat"]) house.io.of(namespace).on("connection", welcome);
  t.after(() => house.close());
  await house.open();
  return { "localhost:3000": `127.0.0.1:${house.port}` };
}

for (const kind of [socketIo, anywire]) {
  test(`at ${kind.name}: the first program says who it is, and is answered`, { timeout }, async (t) => {
    const changes = await serve(t, kind, (socket) => {
      socket.on("chat", (text: string, answer: (text: string) => void) => {
        socket.emit("chat", `you: ${text}`);
        answer("delivered");
      });
    });
    const printed = readme.run(t, "client chat.mjs", { ...changes });
    await printed.until(/^\S{20} is new$/m);
    await printed.until("you: hello");
    await printed.until("delivered");
  });

  test(`at ${kind.name}: the loop prints what comes`, { timeout }, async (t) => {
    const changes = await serve(t, kind, (socket) => {
      for (const price of [1, 2, 3]) socket.emit("price", price);
    });
    const printed = readme.run(t, "client events.mjs", { ...changes });
    await printed.until(/1\s+2\s+3/);
  });

  test(`at ${kind.name}: the program that moved over is known, hears and is answered`, { timeout }, async (t) => {
    const changes = await serve(t, kind, (socket) => {
      const { auth, query } = socket.handshake;
      socket.on("say", (text: string, answer: (text: string) => void) => {
        socket.emit("said", text);
        answer(`${auth.token} ${query.language}`);
      });
    });
    const printed = migrating.run(t, "client.mjs", { ...changes });
    await printed.until("polling");
    await printed.until("said [ 'hello' ]");
    await printed.until("secret en");
  });
}
