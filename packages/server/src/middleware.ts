/** `io.use`: functions that a client passes before it is connected. */

import { Refusal } from "./errors.ts";
import type { Socket } from "./socket.ts";

/** Calls `next()` to let the client in, `next(error)` to refuse it. */
export type Middleware = (socket: Socket, next: (error?: Error | null) => void) => void;

/** @throws {Refusal} 403 with the message of the error that a middleware gave or threw */
export async function runMiddleware(middleware: readonly Middleware[], socket: Socket): Promise<void> {
  for (const run of middleware) {
    const error = await new Promise<unknown>((resolve) => {
      try {
        const result: unknown = run(socket, resolve);
        if (result instanceof Promise) result.catch(resolve); // an async function that throws refuses too
      } catch (thrown) {
        resolve(thrown);
      }
    });
    if (error instanceof Error) throw new Refusal("refused", { message: error.message, cause: error });
    if (error !== undefined && error !== null) throw new Refusal("refused", { cause: error });
  }
}
