/** Events of Socket.IO 5 on Engine.IO 4 over WebSocket, as a client sends them and a server answers. Pure. */

import { clientFrame, serverFrame } from "./frame.ts";
import { FrameRing } from "./frame-ring.ts";
import { type Messages, payloadsOf, pseudoRandom, publishedTexts } from "./messages.ts";
import { ReplyChecker } from "./reply-checker.ts";
import { socketEntry } from "./socket-greeting.ts";

/** The packets of a message, and those of an honest reply. */
interface Said {
  readonly sent: readonly Packet[];
  readonly replied: readonly Packet[];
}
type Packet = string | Uint8Array;

/** An event with a text comes back as the same event. */
export function textEvents(name: string, size: number): Messages {
  return messagesOf(
    publishedTexts(size).map((text) => {
      const event = [eventPacket(name, text)];
      return { sent: event, replied: event };
    }),
  );
}

/** What an event with a text brought comes back in the ack. */
export function acknowledgedEvents(name: string, size: number): Messages {
  return messagesOf(
    publishedTexts(size).map((text, id) => ({
      sent: [`42${id}${JSON.stringify([name, text])}`],
      replied: [`43${id}${JSON.stringify([text])}`],
    })),
  );
}

/** An event with bytes comes back as the same event: a packet that says where they belong, and they. */
export function binaryEvents(name: string, size: number): Messages {
  const header = `451-${JSON.stringify([name, { _placeholder: true, num: 0 }])}`;
  return messagesOf(
    payloadsOf("binary", size).map((payload) => {
      const event = [header, payload];
      return { sent: event, replied: event };
    }),
  );
}

/** The packet of an event with a text, as text transports carry it. */
export function eventPacket(name: string, text: string): string {
  return `42${JSON.stringify([name, text])}`;
}

function messagesOf(said: readonly Said[]): Messages {
  const random = pseudoRandom(said.length);
  const sent = said.map(({ sent }) => framesOf(sent, (opcode, payload) => clientFrame(opcode, payload, random())));
  const expected = new FrameRing(said.map(({ replied }) => framesOf(replied, serverFrame)));
  return {
    sent: new FrameRing(sent),
    entry: socketEntry,
    createChecker: () => new ReplyChecker(expected),
  };
}

function framesOf(packets: readonly Packet[], frame: (opcode: 1 | 2, payload: Uint8Array) => Uint8Array): Uint8Array {
  return Buffer.concat(
    packets.map((packet) => (typeof packet === "string" ? frame(1, Buffer.from(packet)) : frame(2, packet))),
  );
}
