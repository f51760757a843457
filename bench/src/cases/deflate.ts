/** permessage-deflate of 2 KiB of text: echo with and without context takeover, and broadcast to 1,000. */

import type { BenchCase } from "../bench-case.ts";
import { deflatedMessages } from "../load/deflated-messages.ts";
import { EchoLoad } from "../load/echo-load.ts";
import { FanOutLoad } from "../load/fan-out-load.ts";
import { measureMessages } from "../measure.ts";

const peers = ["ws", "uWebSockets.js", "@anywire/websocket"];
const bytes = 2_048;

function echoCase(context: boolean): BenchCase {
  return {
    name: `deflate echo 2 KiB, ${context ? "" : "no "}context takeover`,
    peers,
    side: "server",
    role: context ? "deflate echo" : "deflate echo without context",
    size: { connections: 50, warmUp: 8_000, messages: 20_000 },
    quick: { connections: 5, warmUp: 100, messages: 600 },
    measure: measureMessages,
    createLoad: (target) => new EchoLoad(target, { messages: deflatedMessages(bytes, context), depth: 1 }),
  };
}

const broadcast: BenchCase = {
  name: "deflate broadcast of 2 KiB to 1,000",
  peers,
  side: "server",
  role: "deflate broadcast",
  size: { connections: 1_000, warmUp: 10_000, messages: 30_000 },
  quick: { connections: 50, warmUp: 200, messages: 1_000 },
  measure: measureMessages,
  createLoad: (target) => new FanOutLoad(target, { messages: deflatedMessages(bytes, true), burst: 1 }),
};

export default [echoCase(true), echoCase(false), broadcast];
