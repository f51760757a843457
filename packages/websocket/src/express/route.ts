/** The method `ws` of apps and routers: a route for the requests that are to become WebSockets. */

import type { IncomingMessage, ServerResponse } from "node:http";
import { misuse } from "../errors.ts";
import { isRouter, type NextFunction, type RouterLike } from "./application.ts";
import type { WithWebsocketMethod } from "./handler.ts";
import { Upgrade } from "./upgrade.ts";

type Given = (...parameters: unknown[]) => unknown;

type Middleware = (request: IncomingMessage, response: ServerResponse, next: NextFunction) => unknown;

type ErrorMiddleware = (...parameters: [error: unknown, ...Parameters<Middleware>]) => unknown;

/**
 * Adds the method, unless something of that name is there, as express-ws does.
 * @throws {TypeError} for what has no routes
 */
export function withMethod<Target extends RouterLike, Request, Response>(
  target: Target,
): Target & WithWebsocketMethod<Request, Response> {
  if (!isRouter(target)) throw misuse("expressRouter");
  if (!hasMethod<Target, Request, Response>(target))
    Object.defineProperty(target, "ws", { value: addRoute, writable: true, configurable: true });
  if (!hasMethod<Target, Request, Response>(target)) throw misuse("expressRouter");
  return target;
}

function hasMethod<Target extends RouterLike, Request, Response>(
  target: Target,
): target is Target & WithWebsocketMethod<Request, Response> {
  return typeof Reflect.get(target, "ws") === "function";
}

/** The handler is the last function, but for error handlers behind it. */
function addRoute(this: RouterLike, path: unknown, ...given: unknown[]): RouterLike {
  const functions = given.flat(Number.POSITIVE_INFINITY);
  if (!functions.every(isFunction)) throw misuse("expressHandler");
  const last = functions.findLastIndex((each) => !handlesErrors(each));
  const route = functions.map((each, index) => (index === last ? acceptorOf(each) : middlewareOf(each)));
  if (last === -1) throw misuse("expressHandler");
  Reflect.apply(this.connect, this, [path, onlyUpgrades, ...route]);
  return this;
}

/** Another CONNECT, of a program's own making, is not ours. */
const onlyUpgrades: Middleware = (request, _response, next) => {
  if (Upgrade.of(request) === undefined) next("route");
  else next();
};

/** Express looks at the number of parameters; a promise that is rejected is an error on Express 4 too. */
function middlewareOf(given: Given): Middleware | ErrorMiddleware {
  const run = (request: IncomingMessage, next: NextFunction, parameters: readonly unknown[]): void => {
    const tell = failing(request, next);
    attempt(() => given(...parameters, tell), tell);
  };
  const ordinary: Middleware = (request, response, next) => run(request, next, [request, response]);
  // biome-ignore lint/complexity/useMaxParams: Express knows error handlers by their four parameters
  const forErrors: ErrorMiddleware = (error, request, response, next) => run(request, next, [error, request, response]);
  return handlesErrors(given) ? forErrors : ordinary;
}

function handlesErrors(given: Given): boolean {
  return given.length > 3;
}

/** The end of a route: the upgrade is accepted, and the handler gets the WebSocket. */
function acceptorOf(handler: Given): Middleware {
  return (request, _response, next) => {
    const tell = failing(request, next);
    Upgrade.of(request)?.accept((socket) => attempt(() => handler(socket, request, tell), tell));
  };
}

/** Goes on, with an error also to the peer. */
function failing(request: IncomingMessage, next: NextFunction): NextFunction {
  return (reason) => {
    if (reason && reason !== "route" && reason !== "router") Upgrade.of(request)?.fail();
    next(reason);
  };
}

function attempt(run: () => unknown, failed: (error: unknown) => void): void {
  try {
    Promise.resolve(run()).catch((error: unknown) => failed(error || new Error("Rejected promise")));
  } catch (error) {
    failed(error);
  }
}

function isFunction(value: unknown): value is Given {
  return typeof value === "function";
}
