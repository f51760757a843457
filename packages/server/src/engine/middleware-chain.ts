/** Functions of Express's shape that each request passes, upgrades included: `engine.use` of engine.io. */

import type { IncomingMessage, ServerResponse } from "node:http";

/** For an upgrade, `response` has of a ServerResponse what sets headers and ends. */
export type EngineMiddleware = (
  request: IncomingMessage,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => unknown;

export class MiddlewareChain {
  private readonly middlewares: EngineMiddleware[] = [];

  add(middleware: EngineMiddleware): void {
    this.middlewares.push(middleware);
  }

  get isEmpty(): boolean {
    return this.middlewares.length === 0;
  }

  /** @param done called once, with what a middleware refused for; never if one answers by itself */
  run(request: IncomingMessage, response: ServerResponse, done: (error?: unknown) => void): void {
    const step = (at: number): void => {
      const middleware = this.middlewares[at];
      if (middleware === undefined) return done();
      const settle = once((error?: unknown) => (error ? done(error) : step(at + 1)));
      call(() => middleware(request, response, settle), settle);
    };
    step(0);
  }
}

interface Once {
  (error?: unknown): void;
  isCalled: boolean;
}

function once(next: (error?: unknown) => void): Once {
  const settle = (error?: unknown): void => {
    if (settle.isCalled) return;
    settle.isCalled = true;
    next(error);
  };
  settle.isCalled = false;
  return settle;
}

/** What it throws, now or later, is what it refuses for; unless it has gone on already, and others have thrown. */
function call(middleware: () => unknown, settle: Once): void {
  try {
    const result = middleware();
    if (result instanceof Promise) result.catch((error: unknown) => settle(error ?? new Error("refused")));
  } catch (error) {
    if (settle.isCalled) throw error;
    settle(error ?? new Error("refused"));
  }
}
