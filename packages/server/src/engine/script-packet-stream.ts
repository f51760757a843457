/** Packets as scripts of an HTML page in an iframe, which browsers run as they come (docs/streaming-transports.md). */

import type { ServerResponse } from "node:http";
import { encodeText, type Packet } from "@anywire/protocol/engine";
import { headersOf } from "./http-answer.ts";
import { callbackOf, scriptString } from "./jsonp.ts";
import { nodePlatform } from "./node-platform.ts";
import { type Outgoing, packetsOf } from "./outgoing-queue.ts";
import type { PacketStream, PacketStreamHandler } from "./packet-stream.ts";
import type { Exchange } from "./transport.ts";

/** Older browsers show nothing of a page, and run nothing, before they have about a kilobyte of it. */
const padding = " ".repeat(1024);

const pageStart = `<!doctype html><html><head><meta charset="utf-8"></head><body>${padding}\n`;

const pageHeaders = {
  "Content-Type": "text/html; charset=utf-8",
  "cache-control": "no-store, no-transform", // compressing middleware would hold packets back (RFC 9111 §5.2.2.6)
  "X-Accel-Buffering": "no", // so would nginx
};

/** @param callback of `callbackOf` */
export function scriptOfPacket(callback: string, packet: Packet): string {
  return `<script>parent.${callback}${elementString(encodeText(packet, nodePlatform))});</script>\n`;
}

/** A string that cannot end the script element it stands in, nor begin a comment in it (WHATWG HTML §4.12.1.3). */
function elementString(text: string): string {
  return scriptString(text).replace(/</g, "\\u003c");
}

export class ScriptPacketStream implements PacketStream {
  private readonly response: ServerResponse;
  private readonly callback: string;
  private readonly left: () => void;

  constructor(exchange: Exchange, handler: PacketStreamHandler) {
    const { response, query } = exchange;
    this.response = response;
    this.callback = callbackOf(query.j ?? "0");
    this.left = () => {
      if (!response.destroyed && response.writableLength === 0) handler.drained();
    };
    response.on("error", ignore); // `close` follows
    if (response.destroyed)
      queueMicrotask(() => handler.streamClosed()); // its own `close` is over
    else this.begin(exchange, handler);
  }

  get bufferedBytes(): number {
    return this.response.writableLength;
  }

  write(batch: readonly Outgoing[]): void {
    if (this.response.destroyed) return;
    const scripts = packetsOf(batch).map((packet) => scriptOfPacket(this.callback, packet));
    this.response.write(scripts.join(""), this.left);
  }

  end(): void {
    this.response.end();
  }

  destroy(): void {
    this.response.destroy();
  }

  private begin(exchange: Exchange, handler: PacketStreamHandler): void {
    this.response.on("close", () => handler.streamClosed());
    this.response.setTimeout(0); // it may be silent for longer than a server lets a connection be
    this.response.writeHead(200, headersOf(exchange, pageHeaders));
    this.response.write(pageStart);
  }
}

function ignore(): void {}
