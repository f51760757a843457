/** The transport `websocket`: a packet is a message (engine.io-protocol 4, "WebSocket"). */

import { encodePayload, encodeText } from "@anywire/protocol/engine";
import { wirePackets } from "./packet-data.ts";
import { type EnginePacket, type RawData, Transport } from "./transport.ts";

/** What is used of a WebSocket. */
export interface WebSocketLike {
  onopen: unknown;
  onclose: unknown;
  onmessage: unknown;
  onerror: unknown;
  close(): void;
}

/** To make one: extend it with `createSocket` and `doWrite`. */
export abstract class BaseWebSocket<Ws extends WebSocketLike> extends Transport {
  protected ws: Ws | undefined = undefined;

  override get name(): string {
    return "websocket";
  }

  /** It gives binary messages as the session's `binaryType` says, or as ArrayBuffers. */
  protected abstract createSocket(uri: string, protocols: string | string[] | undefined): Ws;

  /** @param data of one message */
  protected abstract doWrite(packet: EnginePacket, data: RawData): void;

  protected override doOpen(): void {
    try {
      const ws = this.createSocket(this.uri(), this.opts.protocols);
      this.ws = ws;
      ws.onopen = () => this.onOpen();
      ws.onclose = (context: unknown) => this.onClose({ description: "websocket connection closed", context });
      ws.onmessage = ({ data }: { readonly data: RawData }) => this.onPacket(this.decode(data));
      ws.onerror = (event: unknown) => this.onError("websocket error", event);
    } catch (error) {
      this.onError("websocket error", error);
    }
  }

  protected override doClose(): void {
    const { ws } = this;
    if (ws === undefined) return;
    ws.onopen = ws.onclose = ws.onmessage = null;
    ws.onerror = () => {}; // that it closed before it was open
    ws.close();
  }

  protected override write(packets: readonly EnginePacket[]): void {
    this.writable = false;
    void this.#send(packets);
  }

  protected uri(): string {
    return this.requestUri("ws", false);
  }

  async #send(packets: readonly EnginePacket[]): Promise<void> {
    for (const packet of packets) {
      try {
        const data = this.#encode(packet);
        this.doWrite(packet, data instanceof Promise ? await data : data);
      } catch {
        // it has closed, and will say so
      }
    }
    await undefined; // the session takes note of what it has sent
    this.writable = true;
    this.emitReserved("drain");
  }

  #encode({ type, data }: EnginePacket): RawData | Promise<string> {
    if (typeof data !== "object") return encodeText({ type, data }, this);
    if (this.supportsBinary) return data;
    return wirePackets([{ type, data }]).then((wired) => encodePayload(wired, this));
  }
}

/** On the WebSocket that the platform has. */
export class WebSocket extends BaseWebSocket<globalThis.WebSocket> {
  protected override createSocket(uri: string, protocols: string | string[] | undefined): globalThis.WebSocket {
    const { extraHeaders } = this.opts;
    const Native: new (
      uri: string,
      protocols?: string | string[],
      options?: { readonly headers: object },
    ) => globalThis.WebSocket = globalThis.WebSocket;
    const ws = new Native(uri, protocols, extraHeaders && { headers: extraHeaders }); // React Native takes them, browsers do not
    ws.binaryType = this.socket.binaryType === "blob" ? "blob" : "arraybuffer";
    return ws;
  }

  protected override doWrite(_packet: EnginePacket, data: RawData): void {
    this.ws?.send(data as string);
  }
}
