/** Echo by the server that is measured. */

import { Connection, openConnections } from "./connection.ts";
import { EchoLanes, type EchoOptions } from "./echo-lanes.ts";
import type { Load } from "./load.ts";
import { type Target, webSocketOpening } from "./opening.ts";

export class EchoLoad implements Load {
  private readonly target: Target;
  private readonly options: EchoOptions;
  private readonly lanes: EchoLanes;

  constructor(target: Target, options: EchoOptions) {
    this.target = target;
    this.options = options;
    this.lanes = new EchoLanes(options);
  }

  async open(count: number): Promise<void> {
    const opening = webSocketOpening(this.target, this.options.messages.extension);
    for (const connection of await openConnections(count, () => Connection.open(this.target, opening)))
      this.lanes.add(connection);
  }

  exchange(messages: number): Promise<Float64Array> {
    return this.lanes.exchange(messages);
  }

  close(): void {
    this.lanes.close();
  }
}
