/** What the client takes of the platform that it runs on, chosen once: Node.js and its like, or a browser. */

import { hasBrowserRules } from "./web/browser-rules.ts";
import type { CookieJar } from "./web/cookie-jar.ts";
import type { FetchLike } from "./web/fetch-like.ts";
import { followingFetch } from "./web/following-fetch.ts";

export interface Platform {
  /**
   * The fetch of sources that bring none of their own.
   * @param cookieJar for platforms that hold no cookies themselves
   */
  createFetch(cookieJar: CookieJar | undefined): FetchLike;
  /** Whether its requests have a credentials mode: some platforms refuse one. */
  readonly hasCredentials: boolean;
  /** What URLs are relative to (WHATWG HTML §2.4.1); undefined if they have to be absolute. */
  baseUrl(): string | undefined;
  /** In [0, 1). */
  random(): number;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls back when all microtasks are done. */
  nextTask(task: () => void): void;
}

/** Read at each call: programs replace it, with what records or mocks. */
const globalFetch: FetchLike = (url, init) => globalThis.fetch(url, init);

export const platform: Platform = {
  createFetch: (cookieJar) => (hasBrowserRules() ? globalFetch : followingFetch({ fetch: globalFetch, cookieJar })),
  get hasCredentials() {
    return hasBrowserRules();
  },
  random: Math.random,
  now: Date.now,
  baseUrl: () => textOf("document", "baseURI") ?? textOf("location", "href"),
  nextTask: typeof process === "object" && typeof process.nextTick === "function" ? tickTasks(process) : messageTasks(),
};

/** So many tasks may follow one another, then timers and sockets have their turn. */
const tasksInTurn = 256;

/** One tick follows another before any microtask, so that the way to the next leads through one. */
function tickTasks({ nextTick }: Pick<NodeJS.Process, "nextTick">): (task: () => void) => void {
  const nextTurn: (task: () => void) => unknown = typeof setImmediate === "function" ? setImmediate : setTimeout;
  let count = 0;
  return (task) => {
    count = (count + 1) % tasksInTurn;
    if (count === 0) nextTurn(task);
    else queueMicrotask(() => nextTick(task));
  };
}

function textOf(global: string, property: string): string | undefined {
  const object: unknown = Reflect.get(globalThis, global);
  const text: unknown = typeof object === "object" && object !== null ? Reflect.get(object, property) : undefined;
  return typeof text === "string" ? text : undefined;
}

/** A message to oneself is the next task, and the one that no browser holds back. */
function messageTasks(): (task: () => void) => void {
  const tasks: (() => void)[] = [];
  let channel: InstanceType<typeof MessageChannel> | undefined;
  return (task) => {
    tasks.push(task);
    channel ??= channelTo(() => tasks.shift()?.());
    channel.port2.postMessage(undefined);
  };
}

function channelTo(onmessage: () => void): InstanceType<typeof MessageChannel> {
  const channel = new MessageChannel();
  Object.assign(channel.port1, { onmessage });
  return channel;
}
