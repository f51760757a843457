/** Who shares a session with whom. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Session } from "../../src/engine/session.ts";
import { nodePlatform } from "../../src/node-platform.ts";
import { browserHost } from "../../src/shared/browser-host.ts";
import { Sharing } from "../../src/shared/sharing.ts";
import { MemoryBrowser, settled } from "./memory-browser.ts";

type Asked = Parameters<Sharing["openSession"]>;

const server = "http://127.0.0.1:9";

/** @returns how many groups the tabs are in that ask so */
async function groupsOf(...asked: readonly Asked[]): Promise<number> {
  const browser = new MemoryBrowser();
  const sessions = asked.map((each) => {
    const sharing = new Sharing(browser.openTab(), (uri, options) => new Session(uri, options, nodePlatform));
    return sharing.openSession(...each);
  });
  await settled();
  const groups = [...browser.asked].filter((name) => !name.includes(" tab "));
  for (const session of sessions) session.close();
  await settled();
  return groups.length;
}

const cases: readonly [name: string, groups: number, ...asked: Asked[]][] = [
  ["the same server", 1, [server, { shared: true }], [server, { shared: true }]],
  ["namespaces of one server", 1, [`${server}/a`, { shared: true }], [`${server}/b`, { shared: true }]],
  ["those who do not ask for it", 0, [server, {}], [server, { shared: false }]],
  ["a parser of the program's own", 0, [server, { shared: true, parser: {} }]],
  ["two names", 2, [server, { shared: "a" }], [server, { shared: "b" }], [server, { shared: "a" }]],
  ["two servers", 2, [server, { shared: true }], ["http://127.0.0.1:99", { shared: true }]],
  ["two paths", 2, [server, { shared: true }], [server, { shared: true, path: "/other" }]],
  ["two queries", 2, [server, { shared: true }], [server, { shared: true, query: { token: "a" } }]],
  ["two queries of the URL", 2, [`${server}/?a`, { shared: true }], [`${server}/?b`, { shared: true }]],
  ["two sets of headers", 2, [server, { shared: true }], [server, { shared: true, extraHeaders: { token: "a" } }]],
];
for (const [name, groups, ...asked] of cases) {
  test(`${name}: ${groups} shared`, async () => assert.equal(await groupsOf(...asked), groups));
}

test("where there are no locks, there is nothing to share by", () => {
  if (globalThis.navigator?.locks === undefined) assert.equal(browserHost(), undefined);
  else assert.ok(browserHost() !== undefined);
});
