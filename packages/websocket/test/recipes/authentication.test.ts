/** The programs of docs/authentication.md: who comes in, and who does not. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { ask } from "../visitor.ts";
import { recipePage, timeout } from "./recipe.ts";

const page = recipePage("authentication", [
  "url-parameter",
  "first-message",
  "cookie",
  "session",
  "header",
  "header-client",
]);

const authorization = "Bearer secret";
const origin = "https://example.com";

test("a ticket in the URL is good once", { timeout }, async (t) => {
  const at = await page.serve(t, "url-parameter");
  assert.equal((await fetch(`http://${at}/`)).status, 401);
  const ticket = await (await fetch(`http://${at}/`, { headers: { authorization } })).text();
  const first = await ask(t, `ws://${at}/?ticket=${ticket}`);
  assert.equal(await first.next(), "hello ann");
  for (const query of [`ticket=${ticket}`, "ticket=made-up", "ticket=", ""]) {
    assert.equal((await ask(t, `ws://${at}/?${query}`)).status, 401, query);
  }
});

test("the first message must be a token", { timeout }, async (t) => {
  const at = await page.serve(t, "first-message");
  const ann = await ask(t, `ws://${at}`);
  ann.peer.send("secret");
  assert.equal(await ann.next(), "hello ann");
  ann.peer.send("again");
  assert.equal(await ann.next(), "ann: again");
  for (const said of ["wrong", "constructor", ""]) {
    const { peer, closed } = await ask(t, `ws://${at}`);
    peer.send(said);
    assert.equal(await closed, 1008, said);
  }
});

test("who says nothing is closed with 1008, who came in stays", { timeout }, async (t) => {
  const at = await page.serve(t, "first-message", { "5_000": "1_500" });
  const ann = await ask(t, `ws://${at}`);
  ann.peer.send("secret");
  assert.equal(await ann.next(), "hello ann");
  assert.equal(await (await ask(t, `ws://${at}`)).closed, 1008);
  ann.peer.send("still here");
  assert.equal(await ann.next(), "ann: still here");
});

test("a signed cookie lets in from the own origin alone", { timeout }, async (t) => {
  const at = await page.serve(t, "cookie");
  const cookie = (await fetch(`http://${at}/`)).headers.getSetCookie()[0]?.split(";")[0] ?? "";
  const ann = await ask(t, `ws://${at}/`, { cookie: `theme=dark; ${cookie}`, origin });
  assert.equal(await ann.next(), "hello ann");
  const refused: [name: string, headers: Record<string, string>, status: number][] = [
    ["another page, with the cookie of the victim", { cookie, origin: "https://evil.example" }, 403],
    ["a page whose origin only begins alike", { cookie, origin: `${origin}.evil.example` }, 403],
    ["no origin", { cookie }, 403],
    ["no cookie", { origin }, 401],
    ["another user", { cookie: cookie.replace("ann", "eve"), origin }, 401],
    ["a signature cut short", { cookie: cookie.slice(0, -1), origin }, 401],
    ["no signature", { cookie: "user=ann", origin }, 401],
  ];
  for (const [name, headers, status] of refused) {
    assert.equal((await ask(t, `ws://${at}/`, headers)).status, status, name);
  }
});

test("a session lets in from the own origin alone", { timeout }, async (t) => {
  const at = await page.serve(t, "session");
  const login = await fetch(`http://${at}/login`, { method: "POST" });
  const cookie = login.headers.getSetCookie()[0]?.split(";")[0] ?? "";
  const ann = await ask(t, `ws://${at}/chat`, { cookie, origin });
  assert.equal(await ann.next(), "hello ann");
  const refused: [name: string, headers: Record<string, string>, status: number][] = [
    ["another page, with the cookie of the victim", { cookie, origin: "https://evil.example" }, 403],
    ["no session", { origin }, 401],
    ["a session made up", { cookie: "connect.sid=s%3Amade.up", origin }, 401],
  ];
  for (const [name, headers, status] of refused) {
    assert.equal((await ask(t, `ws://${at}/chat`, headers)).status, status, name);
  }
});

test("a header of a Node client lets in", { timeout }, async (t) => {
  const at = await page.serve(t, "header");
  const refused = await ask(t, `ws://${at}/`, { authorization: "Bearer wrong" });
  assert.deepEqual([refused.status, refused.headers["www-authenticate"]], [401, "Bearer"]);
  assert.equal((await ask(t, `ws://${at}/`)).status, 401);
  const client = page.run(t, "header-client", { "localhost:8080": at });
  assert.match(await client.until(/hello|ended/), /^hello/);
  const stranger = page.run(t, "header-client", { "localhost:8080": at, "Bearer secret": "Bearer wrong" });
  assert.match(await stranger.until(/refused: \d|ended/), /^refused: 401/);
});
