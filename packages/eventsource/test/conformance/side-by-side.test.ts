/** Ours beside Chromium's own EventSource: the same scripts, the same events and the same requests. */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { EventSource } from "@anywire/eventsource";
import type { Page } from "playwright-core";
import { CookieJar } from "tough-cookie";
import { noChromium } from "../../../../scripts/chromium.ts";
import { answerScripts } from "./answer-scripts.ts";
import { executablePath, openPage } from "./chromium-page.ts";
import { type Difference, differences, type Log, type Side } from "./differences.ts";
import { originScripts } from "./origin-scripts.ts";
import { parsingScripts } from "./parsing-scripts.ts";
import { type Part, play, stuck } from "./play.ts";
import { reconnectionScripts } from "./reconnection-scripts.ts";
import type { Script } from "./script.ts";
import { type ScriptServer, serveScripts } from "./script-server.ts";

const scripts: readonly Script[] = [...parsingScripts, ...answerScripts, ...reconnectionScripts, ...originScripts];

/** A browser opens six connections to an origin at once. */
const streamsAtOnce = 4;

type Player = (part: Part) => Promise<Log>;

function inNode(): Player {
  const cookieJar = new CookieJar();
  return (part) => play((url, init) => new EventSource(url, { ...init, cookieJar }), part);
}

function inPage(page: Page, name: string): Player {
  return (part) => page.evaluate(`told.play((url, init) => new ${name}(url, init), ${JSON.stringify(part)})`);
}

function partOf(script: Script, path: string, server: ScriptServer): Part {
  const {
    url = script.foreign === true ? "{other}{path}" : "{run}",
    answers,
    listen = [],
    closeAt,
    withCredentials,
  } = script;
  const beside = (name: string): string => `${server.here}${path.replace("/run/", `/${name}/`)}`;
  const cut = answers.some(({ end, body = [] }) => end === "cut" && body.length > 0);
  return {
    url: server.fill(url, path),
    listen,
    closeAt,
    withCredentials,
    asked: beside("asked"),
    gone: beside("gone"),
    told: cut ? beside("told") : undefined,
  };
}

/** What the program heard, then what the server was asked; a request that is given up at once may reach it or not. */
async function logOf(
  script: Script,
  client: string,
  { server, player }: { server: ScriptServer; player: Player },
): Promise<Log> {
  const path = server.begin(client, script);
  const heard = await player(partOf(script, path, server));
  const asked = script.closeAt === "start" ? [] : server.requestsAt(path);
  return [...heard.map((line) => server.blank(line, path)), ...asked];
}

async function logsOf(client: string, side: { server: ScriptServer; player: Player }): Promise<Map<string, Log>> {
  const logs = new Map<string, Log>();
  const waiting = scripts.values();
  const work = async (): Promise<void> => {
    for (const script of waiting) logs.set(script.name, await logOf(script, client, side));
  };
  await Promise.all(Array.from({ length: streamsAtOnce }, work));
  return logs;
}

/** What ours has to be, and the rows that were needed for it. */
function expectedOf(
  name: string,
  side: Side,
  natives: ReadonlyMap<string, Log>,
): { log: Log; used: readonly Difference[] } {
  const rows = differences.filter(({ sides, scripts = [name] }) => sides.includes(side) && scripts.includes(name));
  let log = natives.get(name) ?? [];
  const used = rows.filter(({ becomes }) => {
    const before = log;
    log = becomes(before, natives);
    return before.join("\n") !== log.join("\n");
  });
  return { log, used };
}

function compare(side: Side, ours: ReadonlyMap<string, Log>, natives: ReadonlyMap<string, Log>): void {
  const needed = new Set<string>();
  const found: Record<string, Log> = {};
  const wanted: Record<string, Log> = {};
  for (const [name, log] of ours) {
    const expected = expectedOf(name, side, natives);
    if (log.join("\n") !== expected.log.join("\n")) [found[name], wanted[name]] = [log, expected.log];
    for (const { reason } of expected.used) needed.add(reason).add(`${reason}: ${name}`);
  }
  assert.deepEqual(found, wanted);
  for (const { reason, sides, scripts: named = [] } of differences) {
    if (!sides.includes(side)) continue;
    for (const row of [reason, ...named.map((name) => `${reason}: ${name}`)])
      assert.ok(needed.has(row), `stale: ${row}`);
  }
}

describe("EventSource beside Chromium's own", {
  skip: executablePath === undefined && noChromium,
  timeout: 300_000,
}, () => {
  let server: ScriptServer;
  let page: Page;
  let natives: Map<string, Log>;

  before(async () => {
    server = await serveScripts();
    page = await openPage(server.here);
    natives = await logsOf("native", { server, player: inPage(page, "EventSource") });
  });

  after(async () => {
    await page.context().browser()?.close();
    server.close();
  });

  test("each script has a name of its own, and ends", () => {
    assert.equal(natives.size, scripts.length);
    for (const [name, log] of natives) assert.ok(!log.includes(stuck), name);
  });

  test("in Node it hears and asks the same", async () => {
    compare("in Node", await logsOf("node", { server, player: inNode() }), natives);
  });

  test("in a page it hears and asks the same", async () => {
    compare("in a page", await logsOf("page", { server, player: inPage(page, "told.EventSource") }), natives);
  });
});
