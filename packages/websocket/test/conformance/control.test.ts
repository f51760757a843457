/** Pings and pongs, RFC 6455 §5.5, §5.5.2 and §5.5.3. */

import { judgeInEachReading, type Row } from "./judge.ts";
import { binary, type Frame, more, ping, pong, rest, say, text } from "./wire.ts";

const bytes = Uint8Array.of(0x00, 0xff, 0xfe, 0xfd, 0xfc, 0xfb, 0x00, 0xff);
const longest = "*".repeat(125);
/** Fewer than ws lets wait for their pongs. */
const manyBytes = Array.from({ length: 52 }, (_, at) => Uint8Array.of(5 * at));
const tooLong = { fails: [1002, "WS_ERR_INVALID_CONTROL_PAYLOAD_LENGTH"] } as const;
const notFinal = { fails: [1002, "WS_ERR_EXPECTED_FIN"] } as const;

/** Ten of them, each with its own payload. */
const ten: Frame[] = Array.from({ length: 10 }, (_, at) => ping(`payload-${at}`));
const toldTen = Array.from({ length: 10 }, (_, at) => `ping payload-${at}`);

judgeInEachReading([
  ["a ping without payload", [ping()], ["ping "]],
  ["a ping with a text", [ping("Hello, world!")], ["ping Hello, world!"]],
  ["a ping with bytes that are no text", [ping(bytes)], [say("ping", bytes)]],
  ["a ping of 125 bytes", [ping(longest)], [say("ping", longest)]],
  ["a ping of each of many bytes", manyBytes.map((byte) => ping(byte)), manyBytes.map((byte) => say("ping", byte))],
  ["a ping of 126 bytes (§5.5)", [ping("*".repeat(126))], [], tooLong],
  ["a ping of 65,536 bytes (§5.5)", [ping("*".repeat(65_536))], [], tooLong],
  ["a pong of 126 bytes (§5.5)", [pong("*".repeat(126))], [], tooLong],
  ["a ping that is not final (§5.5)", [ping("x", more)], [], notFinal],
  ["a pong that is not final (§5.5)", [pong("x", more)], [], notFinal],
  ["a close frame that is not final (§5.5)", [[8, "", more]], [], notFinal],
  ["a pong that nobody asked for, without payload (§5.5.3)", [pong()], ["pong "]],
  ["a pong that nobody asked for, with payload (§5.5.3)", [pong("unsolicited")], ["pong unsolicited"]],
  ["a pong, and then a ping (§5.5.3)", [pong("unsolicited"), ping("Hello")], ["pong unsolicited", "ping Hello"]],
  ["ten pings with payloads, each answered in order", ten, toldTen],
  ["a ping between two messages", [text("a"), ping("b"), binary("c")], ["text a", "ping b", "binary c"]],
  [
    "pings between all fragments (§5.4)",
    [text("a", more), ping("1"), rest("b", more), ping("2"), rest("c")],
    ["ping 1", "ping 2", "text abc"],
  ],
  ["a pong between fragments (§5.4)", [binary("a", more), pong("1"), rest("b")], ["pong 1", "binary ab"]],
  ["a ping behind an empty first fragment (§5.4)", [text("", more), ping("1"), rest("")], ["ping 1", "text "]],
  ["a ping of 126 bytes between fragments (§5.5)", [text("a", more), ping("*".repeat(126)), rest("b")], [], tooLong],
] satisfies Row[]);
