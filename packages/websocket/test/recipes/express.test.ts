/** The programs of docs/express.md. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { ask } from "../visitor.ts";
import { recipePage, timeout } from "./recipe.ts";

const page = recipePage("express", ["express", "types"]);

test("a room of Express, for those who have the token", { timeout }, async (t) => {
  const at = await page.serve(t, "express");
  const [ann, ben] = [await ask(t, `ws://${at}/rooms/7?token=secret`), await ask(t, `ws://${at}/rooms/8?token=secret`)];
  ben.peer.send("hello");
  assert.equal(await ann.next(), "8: hello");
  const { status, body } = await ask(t, `ws://${at}/rooms/7`);
  assert.deepEqual([status, body], [401, '{"error":"no token"}']);
  assert.equal((await ask(t, `ws://${at}/unknown?token=secret`)).status, 404);
  assert.equal(await (await fetch(`http://${at}/?token=secret`)).text(), "an ordinary route");
});

test("routers have the method for the compiler too", { timeout }, async (t) => {
  assert.equal(await page.run(t, "types", {}).until("ended"), "ended\n");
});
