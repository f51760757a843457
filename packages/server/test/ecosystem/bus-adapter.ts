/** An adapter of the kind that users write: on the cluster adapter of socket.io-adapter, over a bus in this process. */

import type { EventEmitter } from "node:events";
import { type ClusterAdapterOptions, ClusterAdapterWithHeartbeat } from "socket.io-adapter";

type Message = Parameters<ClusterAdapterWithHeartbeat["onMessage"]>[0];
type Response = Parameters<ClusterAdapterWithHeartbeat["onResponse"]>[0];

export class BusAdapter extends ClusterAdapterWithHeartbeat {
  private readonly bus: EventEmitter;
  private readonly closeBus: () => void;

  constructor(nsp: unknown, bus: EventEmitter, options: Partial<ClusterAdapterOptions> = {}) {
    super(nsp, options);
    this.bus = bus;
    const hear = (message: Message): void => {
      if (message.nsp === this.nsp.name && message.uid !== this.uid) this.onMessage(structuredClone(message));
    };
    const answer = (uid: string, response: Response): void => {
      if (uid === this.uid) this.onResponse(structuredClone(response));
    };
    bus.on("message", hear).on("response", answer);
    this.closeBus = () => bus.off("message", hear).off("response", answer);
  }

  protected override doPublish(message: Message): Promise<string> {
    this.bus.emit("message", message);
    return Promise.resolve("");
  }

  protected override doPublishResponse(uid: string, response: Response): Promise<void> {
    this.bus.emit("response", uid, response);
    return Promise.resolve();
  }

  override close(): void {
    super.close();
    this.closeBus();
  }
}
