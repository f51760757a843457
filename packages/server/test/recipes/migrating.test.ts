/** The programs of docs/migrating.md, with clients of the versions that they are for. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { request } from "node:http";
import { type TestContext, test } from "node:test";
import { type Client, type ClientKind, heard, v2, v3, v4 } from "../clients/client-kind.ts";
import { recipePage, timeout } from "./recipe.ts";

const page = recipePage("docs/migrating.md", ["server.cjs", "old.cjs"]);

/** A client of this kind that wants to come in. */
type Enter = (url: string, options?: Record<string, unknown>) => Client;

function comingBy(t: TestContext, kind: ClientKind | undefined): Enter {
  assert.ok(kind);
  return (url, options) => {
    const client = kind.connect(url, options);
    t.after(() => client.io.disconnect());
    return client;
  };
}

for (const kind of [v4.at(-1), v3.at(-1), v2.at(-1)]) {
  test(`server.cjs: ${kind?.name} is let in by its token, and speaks to the other`, { timeout }, async (t) => {
    const host = await page.serve(t, "server.cjs");
    const options = { auth: { token: "secret" }, query: { token: "secret" } };
    const enter = comingBy(t, kind);
    const clients = [0, 1].map(() => enter(`http://${host}/chat`, options));
    const [one, other] = clients as [Client, Client];
    await Promise.all(clients.map((client) => heard(client, "connect")));
    const said = heard(other, "said");
    assert.equal(await new Promise((resolve) => one.emit("say", "hello", resolve)), 2);
    assert.deepEqual(await said, ["hello"]);
  });
}

test("server.cjs: who has no token is told so", { timeout }, async (t) => {
  const enter = comingBy(t, v4[0]);
  const client = enter(`http://${await page.serve(t, "server.cjs")}/chat`);
  const [error] = (await heard(client, "connect_error")) as [Error & { data: unknown }];
  assert.deepEqual([error.message, error.data], ["not you", { code: 401 }]);
});

test("old.cjs: each way to send that version 2 had reaches whom it means", { timeout }, async (t) => {
  const url = `http://${await page.serve(t, "old.cjs")}`;
  const enter = comingBy(t, v2.at(-1));
  const [one, other] = [enter(url), enter(url)];
  await Promise.all([heard(one, "connect"), heard(other, "connect")]);
  const messages: unknown[] = [];
  const all = new Promise((resolve) => other.on("message", (text) => messages.push(text) === 2 && resolve(undefined)));
  const told = [heard(one, "message"), heard(one, "private"), heard(other, "people")];
  one.send("hello");
  const [[echo], [secret], [count, ids]] = (await Promise.all(told)) as [unknown[], unknown[], [number, string[]]];
  await all;
  assert.deepEqual(
    [echo, secret, count, messages],
    ["you: hello", "hello", 2, ["somebody: hello", "in the room: hello"]],
  );
  assert.deepEqual(new Set(ids), new Set([one.id, other.id]));
});

test("old.cjs: a page of an origin that is not listed is refused", { timeout }, async (t) => {
  const url = `http://${await page.serve(t, "old.cjs")}/socket.io/?EIO=3&transport=polling`;
  for (const [origin, status] of [
    ["http://localhost:8080", 200],
    ["http://app.example", 200],
    ["http://other.example", 403],
  ] as const) {
    const asked = request(url, { headers: { Origin: origin } }).end();
    const [response] = await once(asked, "response");
    response.resume();
    assert.equal(response.statusCode, status);
  }
});
