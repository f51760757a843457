/** An Engine.IO transport without a network: what a client sends is called, what it gets is counted. */

import { nobody, type Transport, type TransportHandler } from "../../src/engine/transport.ts";

export class MemoryTransport implements Transport {
  readonly name = "polling";
  readonly protocol: 3 | 4;
  handler: TransportHandler = nobody;
  writable = true;
  readonly bufferedBytes = 0;
  readonly bytesRead = 0;
  sent = 0;

  constructor(protocol: 3 | 4) {
    this.protocol = protocol;
  }

  /** The client sends packets of Socket.IO. */
  receive(...packets: string[]): void {
    for (const packet of packets) this.handler.packet("message", packet);
  }

  send(batch: readonly unknown[]): void {
    this.sent += batch.length;
  }

  close(done: () => void): void {
    this.writable = false;
    done();
  }

  discard(): void {
    this.writable = false;
  }
}
