/** One try to move a session to another transport: the probe (engine.io-protocol, "Upgrade"). */

import { moveUpgrade, type PacketType, probe, type UpgradeState } from "@anywire/protocol/engine";
import { endTransport, type Transport, type TransportHandler } from "./transport.ts";

/** The session that is to move. */
export interface UpgradePort {
  /** The client was answered, and will stop to poll: a poll that waits must be let go. */
  probed(upgrade: Upgrade): void;
  /** The client has moved. */
  complete(upgrade: Upgrade): void;
  /** It came to nothing: the session stays where it is. */
  givenUp(upgrade: Upgrade): void;
}

/**
 * The transport belongs to the probe until the client says `upgrade`: nothing of the session is sent on it before, and
 * what the session has to send meanwhile takes the old one, or waits.
 */
export class Upgrade implements TransportHandler {
  readonly transport: Transport;
  private readonly port: UpgradePort;
  private state: UpgradeState;
  private readonly timer: NodeJS.Timeout;

  /** @param timeout milliseconds until it is given up */
  constructor(port: UpgradePort, transport: Transport, timeout: number) {
    this.port = port;
    this.transport = transport;
    this.state = "new";
    this.timer = setTimeout(() => this.giveUp(), timeout).unref();
    transport.handler = this;
  }

  /** The client has its answer. */
  get isProbed(): boolean {
    return this.state === "answered";
  }

  packet(type: PacketType, data: string | Buffer | undefined): void {
    this.state = moveUpgrade(this.state, { type, data });
    if (this.state === "asked") this.answer();
    else if (this.state === "done") this.finish();
    else this.giveUp();
  }

  writable(): void {}

  closed(): void {
    this.giveUp();
  }

  /** Ends the transport too. */
  giveUp(): void {
    clearTimeout(this.timer);
    endTransport(this.transport);
    this.port.givenUp(this);
  }

  private answer(): void {
    if (!this.transport.writable) return this.giveUp();
    this.state = moveUpgrade(this.state, { type: "pong", data: probe });
    this.transport.send([{ type: "pong", data: probe }]);
    this.port.probed(this);
  }

  private finish(): void {
    clearTimeout(this.timer);
    this.port.complete(this);
  }
}
