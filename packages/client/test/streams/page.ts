/** What runs in Chromium, in a page or a worker: sessions over streams, and what they say. */

import { Session } from "../../src/engine/session.ts";
import { EventSourceTransport } from "../../src/eventsource.ts";
import { IframeTransport } from "../../src/iframe.ts";
import type { Platform } from "../../src/platform.ts";
import { webPlatform } from "../../src/web-platform.ts";

const platform: Platform = {
  ...webPlatform,
  transports: { ...webPlatform.transports, eventsource: EventSourceTransport, iframe: IframeTransport },
};

/** Every EventSource that was made. */
const sources: EventSource[] = [];
globalThis.EventSource = class extends EventSource {
  constructor(url: string | URL, options?: EventSourceInit) {
    super(url, options);
    sources.push(this);
  }
};

const seen = { messages: [] as unknown[], events: [] as unknown[][] };
let session: Session | undefined;

const plain = (data: unknown): unknown => (data instanceof ArrayBuffer ? [...new Uint8Array(data)] : data);

function errorOf(error: unknown): unknown {
  const { message, code } = Object(error);
  return code ?? message;
}

export const lab = {
  seen,
  sources,
  start(uri: string | undefined, options: object): void {
    session = new Session(uri, { path: "/engine.io", ...options }, platform);
    session.on("open", () => seen.events.push(["open"]));
    session.on("upgrade", ({ name }) => seen.events.push(["upgrade", name]));
    session.on("upgradeError", () => seen.events.push(["upgradeError"]));
    session.on("error", (error) => seen.events.push(["error", errorOf(error)]));
    session.on("close", (reason) => seen.events.push(["close", reason]));
    session.on("message", (data) => seen.messages.push(plain(data)));
  },
  send(messages: readonly (string | number[])[]): void {
    for (const each of messages) session?.send(typeof each === "string" ? each : new Uint8Array(each));
  },
  sendBlob(text: string): void {
    session?.send(new Blob([text]));
  },
  close(): void {
    session?.close();
  },
};

Object.assign(globalThis, { lab });

/** In a worker: opens a session to the page's server, sends back what it gets first, and closes. */
if (typeof document === "undefined") {
  lab.start(undefined, { transports: ["eventsource"] });
  session?.on("message", (data) => {
    session?.send(`worker: ${data}`);
    session?.close();
  });
}
