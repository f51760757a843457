/** WebSocket in Node.js, on @anywire/websocket, with the options that engine.io-client gives to ws. */

import type { IncomingMessage } from "node:http";
import { digitOf, encodeText } from "@anywire/protocol/engine";
import { type ClientOptions, type RawData as Received, WebSocket } from "@anywire/websocket";
import { readBody } from "../node/body.ts";
import { HttpAnswer } from "../node/http-answer.ts";
import { connectionOptions, pickSet, requestHeaders } from "./node-connection.ts";
import { binaryOf, packetOf, wirePackets } from "./packet-data.ts";
import { type EnginePacket, type RawData, Transport } from "./transport.ts";

/** What a server may say when it refuses, in bytes and milliseconds. */
const maxRefusal = 65_536;
const refusalTimeout = 5_000;

export class NodeWebSocket extends Transport {
  /** Undefined once it is closed from here: what it still tells is not heard. */
  /** What carries the packets, while it is open. */
  ws: WebSocket | undefined;

  override get name(): string {
    return "websocket";
  }

  protected override doOpen(): void {
    try {
      this.ws = this.#dial();
    } catch (error) {
      process.nextTick(() => this.readyState === "opening" && this.onError("websocket error", error)); // nobody listens yet
    }
  }

  protected override doClose(): void {
    const ws = this.ws;
    this.ws = undefined;
    ws?.close();
  }

  protected override write(packets: readonly EnginePacket[]): void {
    this.writable = false;
    if (this.supportsBinary) this.#send(packets, packets.map(messageOf));
    else
      wirePackets(packets)
        .then((wire) =>
          this.#send(
            packets,
            wire.map((each) => encodeText(each, this)),
          ),
        )
        .catch((error: unknown) => this.onError("websocket error", error));
  }

  #dial(): WebSocket {
    const ws = new WebSocket(this.requestUri("ws", false), this.opts.protocols, this.#options());
    ws.on("upgrade", (response) => this.#keepCookies(response));
    ws.on("unexpected-response", (_request, response) => this.#refused(ws, response));
    ws.on("message", (data, isBinary) => this.ws === ws && this.#receive(data, isBinary));
    ws.onopen = () => this.onOpen();
    ws.onerror = (event) => this.ws === ws && this.onError("websocket error", event);
    ws.onclose = (event) => {
      if (this.ws === ws) this.onClose({ description: "websocket connection closed", context: event });
    };
    return ws;
  }

  #options(): ClientOptions {
    const { perMessageDeflate = true, autoUnref } = this.opts;
    const picked: ClientOptions = pickSet(this.opts, ["protocolVersion", "origin", "maxPayload"]); // checked where they go
    const options = {
      ...connectionOptions(this.opts),
      ...picked,
      perMessageDeflate,
      headers: requestHeaders(this.opts),
    };
    if (!autoUnref) return options;
    return {
      ...options,
      handshakeTimeout: 0, // its timer would keep the process alive
      finishRequest(request) {
        request.on("socket", (socket) => socket.unref());
        request.end();
      },
    };
  }

  /** All of them leave as one write, at the end of the tick. */
  #send(packets: readonly EnginePacket[], messages: readonly RawData[]): void {
    for (const [at, message] of messages.entries()) {
      this.ws?.send(message, packets[at]?.options?.compress === false ? { compress: false } : undefined);
    }
    process.nextTick(() => {
      if (this.readyState !== "open") return;
      this.writable = true;
      this.emitReserved("drain");
    });
  }

  #receive(data: Received, isBinary: boolean): void {
    if (!isBinary) this.onPacket(this.decode(data.toString()));
    else if (!Array.isArray(data)) this.onPacket(packetOf({ type: "message", data }, this.socket.binaryType)); // lists are of `binaryType` "fragments"
  }

  protected override binary(bytes: Uint8Array): RawData {
    return binaryOf(bytes, this.socket.binaryType);
  }

  #keepCookies({ headers }: IncomingMessage): void {
    this.socket._cookieJar?.parseCookies(headers["set-cookie"]);
  }

  /** The server's reason is waited for, but not for long. */
  #refused(ws: WebSocket, response: IncomingMessage): void {
    const { statusCode: status = 0, statusMessage: statusText = "", headers } = response;
    this.#keepCookies(response);
    ws.onerror = null;
    ws.onclose = null;
    ws.on("error", () => {}); // what follows is our own doing
    const timer = setTimeout(() => response.destroy(new Error("timeout")), refusalTimeout).unref();
    readBody(response, maxRefusal, (_error, text) => {
      clearTimeout(timer);
      if (this.ws !== ws) return;
      this.ws = undefined;
      ws.terminate();
      this.onError("websocket error", status, new HttpAnswer({ status, statusText, headers }, text));
    });
  }
}

function messageOf({ type, data = "" }: EnginePacket): RawData {
  return typeof data === "object" ? data : digitOf(type) + data;
}
