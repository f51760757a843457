/** The programs of docs/frameworks.md. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { ask } from "../visitor.ts";
import { recipePage, timeout } from "./recipe.ts";

const page = recipePage("frameworks", ["koa", "fastify", "hono"]);

const authorization = "Bearer secret";

test("Koa shares its port and its signed cookies", { timeout }, async (t) => {
  const at = await page.serve(t, "koa");
  const login = await fetch(`http://${at}/login`);
  assert.equal(await login.text(), "hello ann");
  assert.equal((await fetch(`http://${at}/unknown`)).status, 404);
  assert.equal((await fetch(`http://${at}/chat`)).status, 404);

  const cookie = login.headers
    .getSetCookie()
    .map((each) => each.split(";")[0])
    .join("; ");
  const chat = await ask(t, `ws://${at}/chat`, { cookie });
  assert.equal(await chat.next(), "welcome ann");
  assert.equal((await ask(t, `ws://${at}/chat`)).status, 401);
  assert.equal((await ask(t, `ws://${at}/chat`, { cookie: cookie.replace("ann", "eve") })).status, 401);
  assert.equal((await ask(t, `ws://${at}/unknown`, { cookie })).status, 400);
});

test("Fastify's hooks and routes decide who comes in", { timeout }, async (t) => {
  const at = await page.serve(t, "fastify");
  assert.equal(await (await fetch(`http://${at}/`)).text(), "an ordinary route");
  assert.equal((await fetch(`http://${at}/unknown`)).status, 404);

  const chat = await ask(t, `ws://${at}/chat/7`, { authorization });
  assert.equal(await chat.next(), "welcome to /chat/7");
  const refused = await ask(t, `ws://${at}/chat/7`);
  assert.deepEqual([refused.status, refused.body], [401, '{"error":"no token"}']);
  const unknown = await ask(t, `ws://${at}/unknown`, { authorization });
  assert.equal(unknown.status, 404);
  assert.match(unknown.body, /Route GET:\/unknown not found/);
});

test("Hono's middleware and routes decide who comes in", { timeout }, async (t) => {
  const at = await page.serve(t, "hono");
  assert.equal(await (await fetch(`http://${at}/`)).text(), "an ordinary route");
  assert.equal((await fetch(`http://${at}/unknown`)).status, 404);

  const chat = await ask(t, `ws://${at}/chat/7`, { authorization });
  assert.equal(await chat.next(), "welcome to 7");
  chat.peer.send("echo");
  assert.equal(await chat.next(), "echo");
  assert.equal((await ask(t, `ws://${at}/chat/7`)).status, 401);
  assert.notEqual((await ask(t, `ws://${at}/unknown`, { authorization })).status, 101);
});
