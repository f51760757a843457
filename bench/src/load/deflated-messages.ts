/** Messages that are compressed both ways, RFC 7692. Pure, but for zlib. */

import { constants, deflateRawSync, inflateRawSync } from "node:zlib";
import { webSocketEntry } from "./entry.ts";
import { clientFrame } from "./frame.ts";
import { FrameChecker } from "./frame-checker.ts";
import { FrameRing } from "./frame-ring.ts";
import { type Messages, numberOf, pseudoRandom } from "./messages.ts";
import type { Extension } from "./opening.ts";
import { Disqualified } from "./reply-checker.ts";

/*
 * How it works. What a compressed message says depends on the text of the messages before it, as far back as the window
 * reaches: with zlib that is a dictionary. The messages come round and round, so the history of each is known without
 * looking back at the connection. The first one refers to nothing, which makes the ring of compressed frames endless.
 */

/** Bytes that a compressed message may look back (RFC 7692 §7.1.2, 15 bits). */
const windowSize = 0x8000;
/** What ends each message and is not sent (§7.2.1). */
const tail = Buffer.from([0, 0, 0xff, 0xff]);
const variety = 256;
/** Text with RSV1 (§6). */
const opcode = 0x41;

/** Text as programs send it: a number, and records of words and figures. @param context of earlier messages is kept, on both sides */
export function deflatedMessages(size: number, context: boolean): Messages {
  const random = pseudoRandom(size);
  const texts = Array.from({ length: variety }, (_, number) => textOf(number, size, random));
  const stream = new TextStream(texts, context);
  const frames = texts.map((text, n) => clientFrame(opcode, deflate(text, stream.historyOf(n)), random()));
  const verified = new VerifiedReplies(stream);
  return {
    sent: new FrameRing(frames),
    entry: webSocketEntry(context ? withContext : withoutContext),
    createChecker: () =>
      new FrameChecker({ opcode, masked: false }, (payload, reply) => verified.check(payload, reply)),
  };
}

const withContext: Extension = {
  offer: "permessage-deflate",
  accepts: (answer = "") => answer.startsWith("permessage-deflate") && !answer.includes("no_context_takeover"),
};
const withoutContext: Extension = {
  offer: "permessage-deflate; server_no_context_takeover; client_no_context_takeover",
  accepts: (answer = "") => answer.startsWith("permessage-deflate") && answer.includes("server_no_context_takeover"),
};

/** The endless stream of texts, and what of it a message may refer to. */
class TextStream {
  readonly texts: readonly Buffer[];
  private readonly context: boolean;
  /** Laid twice: all that comes before a message of any round but the first. */
  private readonly bytes: Buffer;

  constructor(texts: readonly Buffer[], context: boolean) {
    this.texts = texts;
    this.context = context;
    this.bytes = Buffer.concat([...texts, ...texts]);
  }

  /** Equal for two messages that have the same text and the same history. */
  placeOf(index: number): number {
    const count = this.texts.length;
    return index < count ? index : count + (index % count);
  }

  textOf(place: number): Buffer {
    return this.texts[place % this.texts.length]!;
  }

  historyOf(place: number): Buffer {
    const start = (place * this.bytes.length) / (2 * this.texts.length);
    return this.bytes.subarray(this.context ? Math.max(0, start - windowSize) : start, start);
  }
}

/** What was inflated once is known again by its bytes: a broadcast to a thousand is inflated once. */
class VerifiedReplies {
  private readonly stream: TextStream;
  private readonly compressed: (Buffer | undefined)[] = [];

  constructor(stream: TextStream) {
    this.stream = stream;
  }

  check(payload: Uint8Array, reply: number): void {
    const place = this.stream.placeOf(reply);
    if (this.compressed[place]?.equals(payload) === true) return;
    const text = this.stream.textOf(place);
    if (!inflate(payload, this.stream.historyOf(place), text.length)?.equals(text))
      throw new Disqualified(`reply ${reply} does not inflate to what was sent`);
    this.compressed[place] = Buffer.from(payload);
  }
}

function deflate(text: Uint8Array, history: Uint8Array): Uint8Array {
  const bytes = deflateRawSync(text, { finishFlush: constants.Z_SYNC_FLUSH, ...dictionaryOf(history) });
  return bytes.subarray(0, bytes.length - tail.length);
}

/** @returns undefined if it is not compressed data, or becomes longer than `longest` */
function inflate(payload: Uint8Array, history: Uint8Array, longest: number): Buffer | undefined {
  const options = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: longest, ...dictionaryOf(history) };
  try {
    return inflateRawSync(Buffer.concat([payload, tail]), options);
  } catch {
    return undefined;
  }
}

function dictionaryOf(history: Uint8Array): { dictionary?: Uint8Array } {
  return history.length > 0 ? { dictionary: history } : {};
}

const words =
  "the room of each user has one name and a list that shows who is online since when from where with what".split(" ");

function textOf(number: number, size: number, random: () => number): Buffer {
  let text = Buffer.from(numberOf(number)).toString("latin1");
  while (text.length < size) {
    const id = random();
    const said = Array.from({ length: 8 }, () => words[(random() >>> 16) % words.length]).join(" ");
    text += `{"id":${id},"user":"user-${id % 1_000}","at":${1_700_000_000_000 + (id % 1_000_000)},"text":"${said}"},`;
  }
  return Buffer.from(text.slice(0, size), "latin1");
}
