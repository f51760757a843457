/** Echo by the server that is measured. */

import { openConnections } from "./connection.ts";
import { EchoLanes, type EchoOptions } from "./echo-lanes.ts";
import { enter } from "./entering.ts";
import type { Load } from "./load.ts";
import type { Target } from "./opening.ts";

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
    const { entry } = this.options.messages;
    const opening = entry.opening(this.target);
    const open = () => enter(this.target, opening, entry.createGreeting());
    for (const connection of await openConnections(count, open)) this.lanes.add(connection);
  }

  exchange(messages: number): Promise<Float64Array> {
    return this.lanes.exchange(messages);
  }

  close(): void {
    this.lanes.close();
  }
}
