/** What a session is fed from: iterables, and streams of Node and of the web, behind one face. */

import { must } from "./protocol/errors.ts";

export interface Source {
  next(): Promise<IteratorResult<unknown, unknown>>;
  /** Nothing more is wanted. Does not wait for what `next` may be waiting for. */
  stop(): void;
}

/** What is used of a `Readable` of node:stream. */
export interface NodeReadable {
  [Symbol.asyncIterator](): AsyncIterator<unknown>;
  destroy(): unknown;
}

/** What is used of a ReadableStream of the web (WHATWG Streams §4.2). */
export interface WebReadable {
  getReader(): {
    read(): Promise<{ readonly done: boolean; readonly value?: unknown }>;
    cancel(): Promise<unknown>;
  };
}

/** @throws {EventStreamError} bad-source */
export function sourceOfItems(items: Iterable<unknown> | AsyncIterable<unknown>): Source {
  const iterator = iteratorOf(items);
  let isBroken = false;
  const advance = async (): Promise<IteratorResult<unknown, unknown>> => {
    try {
      return await iterator.next();
    } catch (error) {
      isBroken = true; // and is over, as `for await` has it
      throw error;
    }
  };
  return {
    next: async () => {
      const { done, value } = await advance();
      return { done: done === true, value: await value }; // as `for await` does with a list of promises
    },
    stop: () => quietly(() => (isBroken ? undefined : iterator.return?.())),
  };
}

/** @throws {EventStreamError} bad-source */
export function sourceOfStream(stream: NodeReadable | WebReadable): Source {
  if (isObject(stream) && "getReader" in stream) return sourceOfReader(stream.getReader());
  must(isObject(stream) && Symbol.asyncIterator in stream && "destroy" in stream, "bad-source");
  const iterator = stream[Symbol.asyncIterator]();
  return { next: () => iterator.next(), stop: () => quietly(() => stream.destroy()) };
}

function sourceOfReader(reader: ReturnType<WebReadable["getReader"]>): Source {
  return {
    next: async () => {
      const { done, value } = await reader.read();
      return { done, value };
    },
    stop: () => quietly(() => reader.cancel()),
  };
}

function iteratorOf(items: Iterable<unknown> | AsyncIterable<unknown>): Iterator<unknown> | AsyncIterator<unknown> {
  const source = Object(items ?? {});
  if (Symbol.asyncIterator in source) return source[Symbol.asyncIterator]();
  must(Symbol.iterator in source, "bad-source");
  return source[Symbol.iterator]();
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

/** Whoever stops a source does not care how it takes that. */
function quietly(stop: () => unknown): void {
  const ignore = (): void => {};
  try {
    Promise.resolve(stop()).catch(ignore);
  } catch {}
}
