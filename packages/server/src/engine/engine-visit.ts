/** One request to the Engine.IO server, an upgrade or not, while it is decided what becomes of it. */

import type { ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { EngineRefusal } from "./engine-errors.ts";
import type { EngineRequest } from "./handshake-request.ts";
import { answerRefusal } from "./refusal-answer.ts";
import type { ResponseHeaders } from "./transport.ts";
import { UpgradeResponse } from "./upgrade-response.ts";

export abstract class EngineVisit {
  readonly request: EngineRequest;
  abstract readonly isUpgrade: boolean;

  constructor(request: EngineRequest) {
    this.request = request;
  }

  /** Where middlewares set headers, and refusals are written. */
  abstract readonly response: ServerResponse;

  /** The client went away meanwhile. */
  abstract readonly isGone: boolean;

  refuse(refusal: EngineRefusal): void {
    answerRefusal(this.response, refusal);
  }
}

export class RequestVisit extends EngineVisit {
  readonly isUpgrade = false;
  readonly response: ServerResponse;

  constructor(request: EngineRequest, response: ServerResponse) {
    super(request);
    this.response = response;
  }

  get isGone(): boolean {
    return this.response.destroyed || this.response.writableEnded;
  }
}

export class UpgradeVisit extends EngineVisit {
  readonly isUpgrade = true;
  readonly socket: Duplex;
  readonly head: Buffer;
  private ownResponse: UpgradeResponse | undefined = undefined;

  constructor(request: EngineRequest, socket: Duplex, head: Buffer) {
    super(request);
    this.socket = socket;
    this.head = head;
    socket.on("error", cut);
  }

  /** Made on first use: mostly nobody wants it. */
  get response(): UpgradeResponse {
    this.ownResponse ??= new UpgradeResponse(this.request, this.socket);
    return this.ownResponse;
  }

  get isGone(): boolean {
    return !this.socket.readable || !this.socket.writable;
  }

  /** The middlewares' headers for the 101. The WebSocket listens to errors itself from now on. */
  accept(): ResponseHeaders {
    this.socket.off("error", cut);
    return this.ownResponse?.accept() ?? {};
  }
}

/** An error without a listener would end the process. */
function cut(this: Duplex): void {
  this.destroy();
}
