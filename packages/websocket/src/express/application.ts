/** Apps and routers of Express 4 and 5, as far as they are needed here: this package does not depend on Express. */

import type { IncomingMessage, ServerResponse } from "node:http";

/** What has routes. Those of WebSockets are routes for CONNECT. */
export interface RouterLike {
  connect: (...parameters: never[]) => unknown;
}

export interface ApplicationLike extends RouterLike {
  (request: IncomingMessage, response: ServerResponse): unknown;
  listen: (...parameters: never[]) => unknown;
}

/** Goes on to the next function; with an error, to the app's error handlers. */
export type NextFunction = (error?: unknown) => void;

/** Express 4 makes the router of an app when it is first needed, by this method. */
export function isExpress4(app: ApplicationLike): boolean {
  return "lazyrouter" in app;
}

/**
 * What all routers inherit from. The app that knows it is asked through a stand-in, whose settings, listeners and
 * router are its own: those of the app stay as they are.
 * @throws {TypeError} if there is none, as this is no app
 */
export function routerPrototype(app: ApplicationLike): RouterLike | undefined {
  const standIn: unknown = Object.create(app, {
    on: { value: () => {} },
    _router: { value: undefined, writable: true },
  });
  const v4 = isExpress4(app);
  call(standIn, v4 ? "lazyrouter" : "init");
  return owner(Reflect.get(Object(standIn), v4 ? "_router" : "router"), "route");
}

function call(target: unknown, method: string): void {
  const found: unknown = Reflect.get(Object(target), method);
  if (typeof found === "function") Reflect.apply(found, target, []);
}

/** The object in the chain of prototypes to which the property belongs: one step up in Express 4, two in 5. */
function owner(value: unknown, property: string): RouterLike | undefined {
  let link: unknown = value;
  while (isRouter(link) && !Object.hasOwn(link, property)) link = Object.getPrototypeOf(link);
  return isRouter(link) ? link : undefined;
}

export function isRouter(value: unknown): value is RouterLike {
  return (
    (typeof value === "function" || typeof value === "object") &&
    value !== null &&
    "connect" in value &&
    typeof value.connect === "function"
  );
}
