/** The transport `iframe`: packets come as scripts of a page that does not end (@anywire/server, docs/streaming-transports.md). */

import { Streaming } from "./streaming.ts";
import { TransportError } from "./transport.ts";

const reasons = {
  "no-document": "an iframe needs a page",
  "cross-origin": "an iframe needs a server of the page's own origin",
} as const satisfies Record<string, string>;

export type IframeErrorCode = keyof typeof reasons;

/** The transport cannot work here. */
export class IframeError extends TransportError {
  readonly code: IframeErrorCode;

  constructor(code: IframeErrorCode) {
    super(reasons[code]);
    this.code = code;
  }
}

/** The scripts call `parent.___eio[<j>]`; engine.io-client's JSONP has its callbacks in the same place. */
const page: typeof globalThis & { ___eio?: ((packet: string) => void)[] } = globalThis;

/**
 * For pages alone, and for servers of their own origin; `extraHeaders` go with the POSTs only. The page shows that it loads as long
 * as the iframe does, in some browsers. A connection that breaks is noticed by the missing heartbeat, as Chromium tells nothing of it.
 */
export class IframeTransport extends Streaming {
  #frame: HTMLIFrameElement | undefined;
  #callback = -1;

  override get name(): string {
    return "iframe";
  }

  protected override doOpen(): void {
    if (typeof document === "undefined") return this.#refuse("no-document");
    page.___eio ??= [];
    this.#callback = page.___eio.push((packet) => this.#take(packet)) - 1;
    this.query.j = this.#callback;
    const { uri } = this;
    if (new URL(uri).origin !== location.origin) return this.#refuse("cross-origin");
    const frame = document.createElement("iframe");
    frame.hidden = true;
    frame.onload = () => this.ended("iframe error");
    frame.src = uri;
    document.documentElement.append(frame);
    this.#frame = frame;
  }

  protected override stop(): void {
    this.#frame?.remove();
    this.#frame = undefined;
    delete page.___eio?.[this.#callback];
  }

  #take(packet: string): void {
    const body = this.#frame?.contentDocument?.body;
    if (body) body.textContent = ""; // scripts that have run would stay for ever
    this.receive(packet);
  }

  /** Nobody listens yet. */
  #refuse(code: IframeErrorCode): void {
    queueMicrotask(() => {
      if (this.readyState !== "closed") this.emitReserved("error", new IframeError(code));
    });
  }
}
