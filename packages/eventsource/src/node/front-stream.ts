/** The stream that middleware has put in front of a response: what waits in it has not left either. */

import { EventEmitter } from "node:events";
import type { Duplex } from "node:stream";
import type { NodeResponse } from "./hooks.ts";

/**
 * Compressing middleware replaces `on` as well as `write`, so that `drain` is heard where what is written waits: on a stream
 * of its own, which `on` returns as that of all emitters does. Undefined where there is none, or none that can be seen.
 */
export function frontStreamOf(response: NodeResponse): Duplex | undefined {
  if (!Object.hasOwn(response, "on")) return undefined;
  const emitter: unknown = response.on("drain", ignore);
  if (!(emitter instanceof EventEmitter)) return undefined;
  emitter.off("drain", ignore);
  return isDuplex(emitter) ? emitter : undefined;
}

/** Bytes that have come in, and those that were made of others and have not gone out. */
export function waitingIn(front: Duplex): number {
  return front.writableLength + front.readableLength;
}

/** No response is: none can be read. */
function isDuplex(emitter: EventEmitter): emitter is Duplex {
  return "writableLength" in emitter && "readableLength" in emitter;
}

function ignore(): void {}
