/** Packets as Server-Sent Events, one each (docs/streaming-transports.md; WHATWG HTML §9.2). */

import { createSession, encodeEvent, type Session } from "@anywire/eventsource/server";
import { encodeText, type Packet } from "@anywire/protocol/engine";
import { Messages } from "./messages.ts";
import { nodePlatform } from "./node-platform.ts";
import type { Outgoing } from "./outgoing-queue.ts";
import type { PacketStream, PacketStreamHandler } from "./packet-stream.ts";
import type { Exchange } from "./transport.ts";

/** Pings of Engine.IO keep the connection, and what may wait for a client is the Engine.IO session's to say. */
const plain = { heartbeat: false, retry: false, maxBufferedBytes: false, maxBufferedAge: false } as const;

const lineEnd = /[\r\n]/;

/** One line of data. A text with line ends, which no JSON has, would be several: it goes as a JSON string, and its event is named so. */
export function eventOf(packet: Packet): string {
  const text = encodeText(packet, nodePlatform);
  return lineEnd.test(text) ? encodeEvent({ event: "json", data: JSON.stringify(text) }) : encodeEvent({ data: text });
}

/** Milliseconds between looks at bytes that the kernel does not take, and that are too few to be told of. */
const retryInterval = 100;

export class EventPacketStream implements PacketStream {
  private readonly session: Session;
  private readonly handler: PacketStreamHandler;
  private isSettling = false;

  constructor({ request, response, headers }: Exchange, handler: PacketStreamHandler) {
    this.handler = handler;
    this.session = createSession(request, response, { ...plain, headers });
    this.session.on("drain", () => handler.drained());
    this.session.on("close", () => handler.streamClosed());
  }

  get bufferedBytes(): number {
    return this.session.bufferedBytes;
  }

  write(batch: readonly Outgoing[]): void {
    for (const item of batch) this.session.write(item instanceof Messages ? eventsOf(item) : eventOf(item));
    if (this.isSettling) return;
    this.isSettling = true;
    setImmediate(settle, this); // behind the end of the tick, at which it leaves
  }

  end(): void {
    this.session.close();
  }

  destroy(): void {
    this.session.destroy();
  }

  /** @internal */
  settle(): void {
    const { session } = this;
    this.isSettling = !session.closed && !session.congested && session.bufferedBytes > 0;
    if (this.isSettling) setTimeout(settle, retryInterval, this).unref();
    else if (!session.closed && !session.congested) this.handler.drained();
  }
}

function settle(stream: EventPacketStream): void {
  stream.settle();
}

const encoded = new WeakMap<Messages, Buffer>();

/** Encoded once, however many streams take them. */
function eventsOf(messages: Messages): Buffer {
  const known = encoded.get(messages);
  if (known !== undefined) return known;
  const events = Buffer.from(messages.packets.map(eventOf).join(""));
  encoded.set(messages, events);
  return events;
}
