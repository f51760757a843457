/** What a session tells, in engine.io-client's words. */

import type { HandshakeData } from "./handshake.ts";
import type { CloseDetails, EnginePacket, ErrorPacket, RawData, Transport } from "./transport.ts";

export interface SessionEvents {
  open(): void;
  handshake(data: HandshakeData): void;
  packet(packet: EnginePacket | ErrorPacket): void;
  packetCreate(packet: EnginePacket): void;
  data(data: RawData): void;
  /** The same as `data`. */
  message(data: RawData): void;
  /** All that was written has left. */
  drain(): void;
  /** Packets were given to the transport. */
  flush(): void;
  /** Something has come. */
  heartbeat(): void;
  ping(): void;
  pong(): void;
  error(error: Error): void;
  upgrading(transport: Transport): void;
  upgrade(transport: Transport): void;
  upgradeError(error: Error): void;
  close(reason: string, description?: CloseDetails | Error): void;
}
