/** What carries the sockets of one tab: its session, on which each text that they send names the tab (anywire=1). */

import type { IncomingMessage } from "node:http";
import { withTab } from "@anywire/protocol/socket";
import type { ClientConnection } from "../socket-client.ts";
import type { Carrier } from "./carrier.ts";
import type { SessionHandler } from "./engine-session.ts";
import type { Messages } from "./messages.ts";
import type { EngineProtocol } from "./transport.ts";

export class TabCarrier implements Carrier {
  /** What comes in is the session's. */
  handler: SessionHandler | undefined;
  private readonly session: Carrier;
  private readonly tab: string;

  constructor(session: Carrier, tab: string) {
    this.handler = undefined;
    this.session = session;
    this.tab = tab;
  }

  get id(): string {
    return this.session.id;
  }

  get protocol(): EngineProtocol {
    return this.session.protocol;
  }

  get readyState(): string {
    return this.session.readyState;
  }

  get remoteAddress(): string {
    return this.session.remoteAddress;
  }

  get request(): IncomingMessage {
    return this.session.request;
  }

  get isOurs(): boolean {
    return this.session.isOurs;
  }

  get isCongested(): boolean {
    return this.session.isCongested;
  }

  get bufferedBytes(): number {
    return this.session.bufferedBytes;
  }

  get maxBufferedBytes(): number {
    return this.session.maxBufferedBytes;
  }

  get retry(): number | undefined {
    return this.session.retry;
  }

  set retry(ms: number | undefined) {
    this.session.retry = ms;
  }

  get copies(): boolean {
    return this.session.copies;
  }

  get connection(): ClientConnection {
    return this.session.connection;
  }

  sendText(text: string): void {
    this.session.sendText(withTab(text, this.tab));
  }

  sendMessages(messages: Messages): void {
    this.session.sendMessages(messages.withTexts((text) => withTab(text, this.tab)));
  }

  close(discard?: boolean): void {
    this.session.close(discard);
  }
}
