import assert from "node:assert/strict";
import { once } from "node:events";
import { type TestContext, test } from "node:test";
import { constants, deflateRawSync } from "node:zlib";
import { type PerMessageDeflateOptions, WebSocketServer } from "ws";
import { deflatedMessages } from "../../src/load/deflated-messages.ts";
import { EchoLoad } from "../../src/load/echo-load.ts";
import { serverFrame } from "../../src/load/frame.ts";
import { Disqualified } from "../../src/load/reply-checker.ts";
import { targetOf } from "./target.ts";

const size = 2_048;
const without: PerMessageDeflateOptions = { serverNoContextTakeover: true, clientNoContextTakeover: true };

interface Echo {
  readonly options: PerMessageDeflateOptions | false;
  /** Whether replies are compressed. @default true */
  readonly compress?: boolean;
  /** @default it is left as it is */
  readonly change?: (text: string, count: number) => string;
}

async function loadAgainst(
  t: TestContext,
  context: boolean,
  { options, compress = true, change }: Echo,
): Promise<EchoLoad> {
  const wss = new WebSocketServer({ port: 0, host: "127.0.0.1", perMessageDeflate: options });
  wss.on("connection", (ws) => {
    let count = 0;
    ws.on("message", (data) => ws.send(change?.(String(data), count++) ?? String(data), { compress }));
  });
  await once(wss, "listening");
  const load = new EchoLoad(targetOf(wss), { messages: deflatedMessages(size, context), depth: 4, patience: 5_000 });
  t.after(async () => {
    load.close();
    wss.close();
    await once(wss, "close");
  });
  return load;
}

const kinds: [name: string, context: boolean, options: PerMessageDeflateOptions][] = [
  ["with context takeover", true, {}],
  ["without it", false, without],
];
for (const [name, context, options] of kinds) {
  test(`npm's ws understands our messages, round after round, and we understand its replies: ${name}`, async (t) => {
    const load = await loadAgainst(t, context, { options });
    await load.open(2);
    assert.equal((await load.exchange(1_100)).length, 1_100);
  });
}

test("what was compressed with context is smaller", () => {
  const bytesOf = (context: boolean) => deflatedMessages(size, context).sent.length;
  assert.ok(bytesOf(true) < bytesOf(false) * 0.9);
  assert.ok(bytesOf(false) < 256 * size * 0.5);
});

const lies: [name: string, context: boolean, echo: Echo, reason: RegExp][] = [
  ["declines", true, { options: false }, /answered the opening/],
  ["agrees to less than context takeover", true, { options: without }, /answered the opening/],
  ["does not compress", true, { options: {}, compress: false }, /reply 0 begins with 129, not 193/],
  [
    "changes one letter",
    true,
    { options: {}, change: (text, count) => (count === 30 ? `${text.slice(0, 99)}#${text.slice(100)}` : text) },
    /reply 30 does not inflate to what was sent/,
  ],
  [
    "sends more than was sent",
    false,
    { options: without, change: (text, count) => (count === 3 ? `${text}x` : text) },
    /reply 3 does not inflate/,
  ],
];
for (const [name, context, echo, reason] of lies) {
  test(`a server that ${name} is disqualified`, async (t) => {
    const load = await loadAgainst(t, context, echo);
    const life = load.open(1).then(() => load.exchange(100));
    await assert.rejects(life, (error) => error instanceof Disqualified && reason.test(error.message));
  });
}

test("what is no compressed data disqualifies", () => {
  const checker = deflatedMessages(size, false).createChecker();
  checker.ask(1);
  assert.throws(() => checker.take(serverFrame(0x41, Buffer.alloc(20, 0xff))), /does not inflate/);
});

test("a reply is known again only with the same history", () => {
  const messages = deflatedMessages(size, true);
  const text = Buffer.alloc(size, "x");
  const first = deflateRawSync(text, { finishFlush: constants.Z_SYNC_FLUSH });
  for (let connection = 0; connection < 2; connection++) {
    const checker = messages.createChecker();
    checker.ask(1);
    assert.throws(
      () => checker.take(serverFrame(0x41, first.subarray(0, -4))),
      /reply 0 does not inflate to what was sent/,
    );
  }
});
