/** A client of the streaming transports, written from docs/streaming-transports.md alone: packets come as text. */

import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { createContext, runInContext } from "node:vm";
import type { StreamName } from "../../src/engine/streaming-transport.ts";

/** Reads the packets that are whole in the text of the body. */
type ReadPackets = (text: string) => string[];

const readers: Readonly<Record<StreamName, ReadPackets>> = { eventsource: readEvents, iframe: readScripts };

export class StreamClient {
  readonly response: IncomingMessage;
  /** Resolves when the server has ended it. */
  readonly ended: Promise<void>;
  packets: string[] = [];
  private text = "";

  private constructor(response: IncomingMessage, read: ReadPackets) {
    this.response = response;
    this.ended = new Promise((resolve) => response.on("end", resolve));
    response.on("error", () => {}); // cut on purpose
    response.setEncoding("utf8").on("data", (chunk: string) => {
      this.text += chunk;
      this.packets = read(this.text);
      response.emit("packets");
    });
  }

  /** The callback is `___eio[3]`. */
  static async open(name: StreamName, url: string): Promise<StreamClient> {
    const request = get(`${url}&j=3`, { agent: false });
    const [response]: IncomingMessage[] = await once(request, "response");
    if (response === undefined) throw new Error("no answer");
    return new StreamClient(response, readers[name]);
  }

  /** Resolves when so many packets have come. */
  async until(count: number): Promise<readonly string[]> {
    while (this.packets.length < count) await once(this.response, "packets");
    return this.packets;
  }

  /** Resolves with the rest when this packet has come. */
  async untilPacket(packet: string): Promise<void> {
    while (!this.packets.includes(packet)) await once(this.response, "packets");
  }
}

function readEvents(text: string): string[] {
  const blocks = text.split("\n\n").slice(0, -1);
  return blocks
    .filter((block) => !block.startsWith(":"))
    .map((block) => {
      const [, event, data = ""] = /^(?:event: (.*)\n)?data: (.*)$/s.exec(block) ?? [];
      return event === "json" ? JSON.parse(data) : data;
    });
}

function readScripts(text: string): string[] {
  const packets: string[] = [];
  const context = createContext({ parent: { ___eio: { 3: (packet: string) => packets.push(packet) } } });
  for (const [, script = ""] of text.matchAll(/<script>(.*?)<\/script>\n/g)) runInContext(script, context);
  return packets;
}
