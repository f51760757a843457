/** An upgrade request on its way through an app, from the question to the WebSocket. */

import type { IncomingMessage, ServerResponse } from "node:http";
import type { WebSocket } from "../websocket.ts";
import { UpgradeResponse } from "./upgrade-response.ts";

/** By request: routes find it there, whatever app and router they belong to. */
const upgrades = new WeakMap<IncomingMessage, Upgrade>();

export type Handle = (request: IncomingMessage, response: ServerResponse) => unknown;

export class Upgrade {
  private readonly answer: UpgradeResponse;
  private socket: WebSocket | undefined = undefined;
  /** The handler that has accepted it. */
  private waiting: ((socket: WebSocket) => void) | undefined = undefined;

  static of(request: IncomingMessage): Upgrade | undefined {
    return upgrades.get(request);
  }

  /**
   * Shows the request to the app. Fulfilled when a route has accepted it, never when the app has refused it.
   * Its method is CONNECT for the app, as it is over HTTP/2: GET routes and static files are not meant by it.
   */
  static ask(app: Handle, request: IncomingMessage): Promise<void> {
    return new Promise((resolve) => {
      const upgrade = new Upgrade(request, resolve);
      upgrades.set(request, upgrade);
      request.method = "CONNECT"; // RFC 8441 §4
      app(request, upgrade.answer.response);
    });
  }

  private constructor(request: IncomingMessage, accepted: () => void) {
    this.answer = new UpgradeResponse(request, accepted);
  }

  /** @param handler called with the WebSocket, at once if it is open already */
  accept(handler: (socket: WebSocket) => void): void {
    if (this.socket !== undefined) return handler(this.socket);
    if (this.waiting !== undefined) return; // `next` was called twice
    this.waiting = handler;
    try {
      this.answer.accept();
    } catch (error) {
      this.waiting = undefined;
      throw error;
    }
  }

  /** What the head of the 101 says beside the handshake. */
  get lines(): string[] {
    return this.answer.lines;
  }

  open(socket: WebSocket): void {
    this.socket = socket;
    this.answer.finish();
    this.waiting?.(socket);
  }

  /** The program failed: the peer is told, unless it was refused over HTTP anyway. */
  fail(): void {
    this.socket?.close(1011); // RFC 6455 §7.4.1
  }
}
