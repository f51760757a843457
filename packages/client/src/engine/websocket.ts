/** The transport `websocket` on the WebSocket that the platform has: a packet is a message (engine.io-protocol 4, "WebSocket"). */

import { encodeCompactPayload, encodeCompactText } from "@anywire/protocol/compact";
import { wirePackets } from "./packet-data.ts";
import { type EnginePacket, type RawData, Transport } from "./transport.ts";

/** React Native takes headers, browsers do not. */
type WebSocketClass = new (
  uri: string,
  protocols?: string | string[],
  options?: { readonly headers: object },
) => globalThis.WebSocket & { send(data: RawData): void };

export class WebSocket extends Transport {
  /** What carries the packets, while it is open. */
  ws: InstanceType<WebSocketClass> | undefined;

  override get name(): string {
    return "websocket";
  }

  protected override doOpen(): void {
    const { protocols, extraHeaders } = this.opts;
    const Native: WebSocketClass = globalThis.WebSocket;
    try {
      const ws = new Native(this.requestUri("ws", false), protocols, extraHeaders && { headers: extraHeaders });
      this.ws = ws;
      ws.binaryType = this.socket.binaryType === "blob" ? "blob" : "arraybuffer";
      ws.onopen = () => this.onOpen();
      ws.onclose = (context) => this.onClose({ description: "websocket connection closed", context });
      ws.onmessage = ({ data }) => this.onPacket(this.decode(data));
      ws.onerror = (event) => this.onError("websocket error", event);
    } catch (error) {
      this.onError("websocket error", error);
    }
  }

  protected override doClose(): void {
    const ws = this.ws;
    if (ws === undefined) return;
    ws.onopen = ws.onclose = ws.onmessage = null;
    ws.onerror = () => {}; // that it closes before it is open
    ws.close();
  }

  protected override async write(packets: readonly EnginePacket[]): Promise<void> {
    this.writable = false;
    try {
      for (const packet of packets) {
        const { data } = packet;
        if (typeof data !== "object") this.ws?.send(encodeCompactText({ ...packet, data }, this));
        else if (this.supportsBinary) this.ws?.send(data);
        else this.ws?.send(encodeCompactPayload(await wirePackets([packet]), this));
      }
      await undefined; // the session takes note of what it has sent
      this.writable = true;
      this.emitReserved("drain");
    } catch (error) {
      this.onError("websocket error", error);
    }
  }
}
