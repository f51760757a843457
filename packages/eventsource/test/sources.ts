/** Event sources that are closed with their test, and what they hear next. */

import type { TestContext } from "node:test";
import { type ErrorEvent, EventSource, type EventSourceInit, type EventStream } from "../src/index.ts";

export function open(context: TestContext, url: string, init: EventSourceInit = {}): EventStream {
  const source = new EventSource(url, init);
  context.after(() => source.close());
  return source;
}

export async function errorOf(source: EventSource): Promise<ErrorEvent> {
  return new Promise((resolve) => source.addEventListener("error", resolve, { once: true }));
}

export async function messageOf(source: EventSource, type = "message"): Promise<MessageEvent> {
  return new Promise((resolve) => source.addEventListener(type, resolve, { once: true }));
}
