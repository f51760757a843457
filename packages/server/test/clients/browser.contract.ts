/** Clients in Chromium: the bundle of version 4 as the server serves it, and that of version 2, on a page of the server. */

import assert from "node:assert/strict";
import { createServer, type Server as HttpServer } from "node:http";
import { createSecureServer } from "node:http2";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { type Browser, chromium, type Page } from "playwright-core";
import type { Socket } from "socket.io";
import { chromiumArguments, findChromium, noChromium } from "../../../../scripts/chromium.ts";
import { selfSigned } from "../../../../scripts/test/self-signed.ts";
import { heard } from "./client-kind.ts";
import { type House, type HouseOptions, type OpenServer, openHouse, patience } from "./house.ts";

const executablePath = findChromium();
const skip = executablePath === undefined && noChromium;

const bundle2 = createRequire(import.meta.url).resolve("socket.io-client-2/dist/socket.io.js");

/** An empty page, of the server's own origin. */
function servePage(
  _request: unknown,
  response: { setHeader(name: string, value: string): unknown; end(text: string): unknown },
): void {
  response.setHeader("Content-Type", "text/html; charset=utf-8");
  response.end("<!doctype html><body></body>");
}

const onHttp = (): HouseOptions => ({ on: { http: createServer(servePage), scheme: "http" } });

function onHttp2(): HouseOptions {
  const http2: unknown = createSecureServer({ ...selfSigned, allowHTTP1: true }, servePage);
  return { on: { http: http2 as HttpServer, scheme: "https" } }; // which Socket.IO takes for one
}

interface PageKind {
  readonly name: string;
  readonly major: 2 | 4;
  readonly options: { readonly transports: readonly string[]; readonly forceJSONP?: boolean };
  readonly last: "polling" | "websocket";
}

const polls = ({ transports }: PageKind["options"]): boolean => transports.includes("polling");

const upgrading = { transports: ["polling", "websocket"] };

const kinds: readonly PageKind[] = ([4, 2] as const).flatMap((major) => [
  { name: `v${major} over polling`, major, options: { transports: ["polling"] }, last: "polling" },
  { name: `v${major} over websocket`, major, options: { transports: ["websocket"] }, last: "websocket" },
  { name: `v${major} over polling and an upgrade`, major, options: upgrading, last: "websocket" },
]);

const jsonp: readonly PageKind[] = [
  { name: "v2 over JSONP", major: 2, options: { transports: ["polling"], forceJSONP: true }, last: "polling" },
  { name: "v2 over JSONP and an upgrade", major: 2, options: { ...upgrading, forceJSONP: true }, last: "websocket" },
];

const texts = [
  "é 漢字 😀",
  "\\n \n \\\\n",
  "\u2028\u2029\0",
  "</script><!--",
  "d=1&x=%41+b",
  '"',
  "x".repeat(300_000),
  "😀".repeat(50_000),
];

/** What the page does: echoes texts, events and bytes, and writes down what it sees. */
const program = `
  var seen = { echoes: [], numbers: [], bytes: "", reason: "", transport: "", id: "" };
  var plain = (bytes) => Array.from(new Uint8Array(bytes)).join(" ");
  function start(options) {
    socket = io("/chat", Object.assign({ reconnection: false }, options));
    socket.on("connect", () => { seen.id = socket.id; });
    socket.on("echo", (text, answer) => { seen.echoes.push(text); answer(text); });
    socket.on("number", (n) => seen.numbers.push(n));
    socket.on("bytes", (value) => {
      seen.bytes = plain(value.file);
      socket.emit("bytes", { file: new Uint8Array([0, 1, 254, 255]).buffer, list: [new Uint8Array([7]).buffer, "é"] });
    });
    socket.on("ask", (value, answer) => {
      seen.transport = socket.io.engine.transport.name;
      socket.emit("question", value, (reply) => answer(reply));
    });
    socket.on("disconnect", (reason) => { seen.reason = reason; });
    var done = () => socket.emit("upgraded");
    if (options.transports.length === 1) done();
    else socket.io.engine.on("upgrade", done);
  }`;

/** The bundle of version 2 is the page's own, that of version 4 comes from the server. */
async function openPage(browser: Browser, house: House, major: 2 | 4): Promise<Page> {
  const page = await browser.newPage({ ignoreHTTPSErrors: true });
  await page.goto(`${house.url}/page`);
  await page.addScriptTag(major === 2 ? { path: bundle2 } : { url: "/socket.io/socket.io.js" });
  await page.addScriptTag({ content: program });
  return page;
}

interface Seen {
  readonly echoes: readonly string[];
  readonly numbers: readonly number[];
  readonly bytes: string;
  readonly reason: string;
  readonly transport: string;
  readonly id: string;
}

async function talk(socket: Socket): Promise<void> {
  const upgraded = heard(socket, "upgraded");
  for (const text of texts) socket.emit("number", -1, text);
  for (let n = 0; n < 300; n++) socket.emit("number", n);
  await upgraded;
  for (const text of texts) assert.equal(await socket.emitWithAck("echo", text), text);
  const bytes = heard(socket, "bytes");
  socket.emit("bytes", { file: Buffer.from([9, 0, 255]) });
  assert.deepEqual(await bytes, [{ file: Buffer.from([0, 1, 254, 255]), list: [Buffer.from([7]), "é"] }]);
  socket.on("question", (value: unknown, answer: (value: unknown) => void) => answer({ asked: value }));
  assert.deepEqual(await socket.emitWithAck("ask", 1), { asked: 1 });
}

const allNumbers = [...texts.map(() => -1), ...Array.from({ length: 300 }, (_, n) => n)];

/** @param pollsOverHttp2 Chromium's polls over HTTP/2 get through: those to socket.io 4.8.4 do not */
export function browserContract(server: string, open: OpenServer, pollsOverHttp2: boolean): void {
  let browser: Browser | undefined;
  before(async () => {
    if (executablePath !== undefined) browser = await chromium.launch({ executablePath, args: [...chromiumArguments] });
  });
  after(() => browser?.close());

  const meet = async (house: House, kind: PageKind): Promise<void> => {
    assert.ok(browser !== undefined);
    const page = await openPage(browser, house, kind.major);
    const talked = new Promise<Socket>((resolve, reject) => {
      house.io.of("/chat").once("connection", (socket) => talk(socket).then(() => resolve(socket), reject));
    });
    await page.evaluate(`start(${JSON.stringify(kind.options)})`);
    const socket = await talked;
    const left = heard(socket, "disconnect");
    socket.disconnect(true);
    await left;
    await page.waitForFunction("seen.reason !== ''");
    const seen: Seen = await page.evaluate("seen");
    assert.deepEqual(seen, {
      echoes: texts,
      numbers: allNumbers,
      bytes: "9 0 255",
      reason: "io server disconnect",
      transport: kind.last,
      id: socket.id,
    });
    await page.close();
  };

  for (const kind of [...kinds, ...jsonp]) {
    test(`${server}, Chromium, ${kind.name}: it talks like the others`, { ...patience, skip }, async (t) => {
      await meet(await openHouse(t, open, onHttp()), kind);
    });
  }

  const http2Kinds = kinds.filter(({ major, options }) => major === 4 && (pollsOverHttp2 || !polls(options)));
  for (const kind of http2Kinds) {
    test(`${server}, Chromium, ${kind.name}, over HTTP/2: it talks like the others`, {
      ...patience,
      skip,
    }, async (t) => {
      await meet(await openHouse(t, open, onHttp2()), kind);
    });
  }

  test(`${server}, Chromium: a page that goes takes its socket with it`, { ...patience, skip }, async (t) => {
    const house = await openHouse(t, open, onHttp());
    assert.ok(browser !== undefined);
    const page = await openPage(browser, house, 4);
    const coming = new Promise<Socket>((resolve) => house.io.of("/chat").once("connection", resolve));
    await page.evaluate(`start(${JSON.stringify({ transports: ["websocket"] })})`);
    const left = heard(await coming, "disconnect");
    await page.close();
    assert.match(String((await left)[0]), /^transport (close|error)$/);
  });
}
