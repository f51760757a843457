/** The body of a POST, with a limit in bytes and one in time, whatever its head says about its length. */

import type { IncomingMessage } from "node:http";

export interface BodyLimits {
  readonly maxBytes: number;
  /** Milliseconds in which all of it has to be there. */
  readonly timeout: number;
}

export type BodyFailure = "too-large" | "too-slow" | "aborted";

/** Is told once how it ended, unless the body was `abandon`ed. */
export interface BodyHandler {
  /** Some of it came. */
  received(bytes: number): void;
  complete(body: Buffer): void;
  failed(failure: BodyFailure): void;
}

const empty = Buffer.alloc(0);

export class RequestBody {
  private readonly request: IncomingMessage;
  private readonly limits: BodyLimits;
  private readonly handler: BodyHandler;
  /** What came, and, once it came in several pieces, room for more. */
  private bytes: Buffer = empty;
  private size = 0;
  private timer: NodeJS.Timeout | undefined = undefined;
  private readonly take = (chunk: Buffer): void => this.taken(chunk);
  private readonly finish = (): void => this.finished();
  private readonly leave = (): void => this.fail("aborted");

  constructor(request: IncomingMessage, limits: BodyLimits, handler: BodyHandler) {
    this.request = request;
    this.limits = limits;
    this.handler = handler;
  }

  /** Once. The handler may be called before it returns. */
  read(): void {
    const { request, limits } = this;
    request.on("error", ignore); // `close` follows
    if (request.destroyed) return this.fail("aborted");
    if (Number(request.headers["content-length"] ?? 0) > limits.maxBytes) return this.fail("too-large");
    this.timer = setTimeout(() => this.fail("too-slow"), limits.timeout);
    request.on("data", this.take).on("end", this.finish).on("close", this.leave);
  }

  /** Nobody is told any more. */
  abandon(): void {
    clearTimeout(this.timer);
    this.request.off("data", this.take).off("end", this.finish).off("close", this.leave);
  }

  private taken(chunk: Buffer): void {
    this.handler.received(chunk.length);
    if (this.size + chunk.length > this.limits.maxBytes) this.fail("too-large");
    else this.append(chunk);
  }

  /** Whatever the size of the pieces, they cost what their bytes cost (CVE-2020-36048): a list of them might cost far more. */
  private append(chunk: Buffer): void {
    const size = this.size + chunk.length;
    if (this.size === 0) this.bytes = chunk;
    else {
      if (size > this.bytes.length) this.grow(size);
      this.bytes.set(chunk, this.size);
    }
    this.size = size;
  }

  private grow(size: number): void {
    const grown = Buffer.allocUnsafeSlow(Math.max(size, 2 * this.bytes.length));
    this.bytes.copy(grown, 0, 0, this.size);
    this.bytes = grown;
  }

  private finished(): void {
    this.abandon();
    this.handler.complete(this.bytes.subarray(0, this.size));
  }

  private fail(failure: BodyFailure): void {
    this.abandon();
    this.handler.failed(failure);
  }
}

function ignore(): void {}
