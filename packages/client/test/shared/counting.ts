/** A server that counts to its tabs, and tabs that must hear all of it. */

import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { Server } from "@anywire/server";
import type { BrowserContext, Page } from "playwright-core";
import { openContext, servePage } from "./browser.ts";

export interface Stage {
  readonly io: Server;
  readonly context: BrowserContext;
  readonly url: string;
}

export async function setUp(t: TestContext): Promise<Stage> {
  const io = new Server({ connectionStateRecovery: {}, pingInterval: 60_000 });
  const url = await servePage(t, (http) => io.attach(http));
  return { io, context: await openContext(t), url };
}

/** Emits numbers to all, one after the other, until it is told to stop. */
export class Counter {
  readonly #timer: NodeJS.Timeout;
  #count = 0;

  constructor(t: TestContext, io: Server) {
    this.#timer = setInterval(() => io.emit("number", this.#count++), 2);
    t.after(() => this.stop());
  }

  /** @returns how many were emitted */
  stop(): number {
    clearInterval(this.#timer);
    return this.#count;
  }
}

/** The tab has heard all numbers from its first one on, each once, in order. */
export async function assertWhole(tab: Page, count: number): Promise<void> {
  await tab.waitForFunction(`heard.at(-1)?.[1] === ${count - 1}`);
  const numbers = await tab.evaluate<number[]>(
    "heard.filter(([name]) => name === 'number').map(([, number]) => number)",
  );
  const [first = 0] = numbers;
  assert.deepEqual(
    numbers,
    Array.from({ length: count - first }, (_, index) => first + index),
  );
}

/** It goes on hearing. */
export async function hearsMore(tab: Page): Promise<void> {
  const before = await tab.evaluate<number>("heard.length");
  await tab.waitForFunction(`heard.length > ${before + 50}`);
}
