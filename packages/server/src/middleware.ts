/** `io.use`: functions that a client passes before it is connected. */

import { Refusal } from "./errors.ts";
import type { ExtendedError } from "./reserved-events.ts";
import type { AnySocket } from "./socket.ts";

/** Calls `next()` to let the client in, `next(error)` to refuse it. */
export type Middleware<Socket = AnySocket> = (socket: Socket, next: (error?: ExtendedError | null) => void) => void;

/**
 * @throws {Refusal} 403 with the message of the error that a middleware gave to `next`
 * @throws what a middleware threw: its own error, which is none of the client's business
 */
export async function runMiddleware(middleware: readonly Middleware[], socket: AnySocket): Promise<void> {
  for (const run of middleware) {
    const error = await new Promise<unknown>((resolve, reject) => {
      const result: unknown = run(socket, resolve);
      if (result instanceof Promise) result.catch(reject);
    });
    if (error instanceof Error) throw new Refusal("refused", { message: error.message, cause: error });
    if (error) throw new Refusal("refused", { cause: error });
  }
}
