/** HTTP long-polling: one request waits for packets, another carries them (engine.io-protocol 4, "HTTP long-polling"). */

import { encodeCompactPayload } from "@anywire/protocol/compact";
import { wirePackets } from "./packet-data.ts";
import { type EnginePacket, Transport } from "./transport.ts";

/** To make one: extend it with `doPoll`, which ends in `onData` or `onError`, and `doWrite`. */
export abstract class Polling extends Transport {
  #isPolling = false;
  #paused: (() => void) | undefined;

  override get name(): string {
    return "polling";
  }

  /** Asks for packets. */
  protected abstract doPoll(): void;

  /** @param written the server has taken it */
  protected abstract doWrite(data: string, written: () => void): void;

  override pause(paused: () => void): void {
    this.readyState = "pausing";
    this.#paused = paused;
    this.#pauseIfIdle();
  }

  override resume(): void {
    this.#paused = undefined;
    this.readyState = "open";
    if (!this.#isPolling) this.#poll();
  }

  protected override doOpen(): void {
    this.#poll();
  }

  protected override write(packets: readonly EnginePacket[]): void {
    this.writable = false;
    wirePackets(packets)
      .then((wired) => this.doWrite(encodeCompactPayload(wired, this), () => this.#written()))
      .catch((error: unknown) => this.onError("xhr post error", error));
  }

  /** An answer has come. */
  protected onData(payload: string): void {
    for (const text of payload.split("\x1e")) {
      const packet = this.decode(text);
      if (packet.type === "open" && this.readyState === "opening") this.onOpen();
      this.onPacket(packet);
      if (this.readyState === "closed") return;
      if (packet.type === "close") return this.onClose({ description: "transport closed by the server" });
    }
    this.#isPolling = false;
    this.emitReserved("pollComplete");
    this.#pauseIfIdle();
    if (this.readyState === "open") this.#poll();
  }

  protected uri(): string {
    return this.requestUri("http", true);
  }

  #poll(): void {
    this.#isPolling = true;
    this.doPoll();
    this.emitReserved("poll");
  }

  #written(): void {
    this.writable = true;
    this.emitReserved("drain");
    this.#pauseIfIdle();
  }

  #pauseIfIdle(): void {
    if (this.readyState !== "pausing" || this.#isPolling || !this.writable) return;
    this.readyState = "paused";
    this.#paused?.();
  }
}
