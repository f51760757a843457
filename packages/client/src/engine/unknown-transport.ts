/** Stands for a name that this bundle has no transport for: fails as soon as it is opened. */

import { Transport } from "./transport.ts";

export class UnknownTransport extends Transport {
  override get name(): string {
    return `${this.query.transport}`;
  }

  protected override doOpen(): void {
    this.onError(this.query.transport ? `unknown transport: ${this.name}` : "No transports available");
  }

  protected override doClose(): void {
    // was never open
  }

  protected override write(): void {
    // is never open
  }
}
