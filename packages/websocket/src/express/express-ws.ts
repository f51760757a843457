/** WebSocket routes for Express, with the call shape of express-ws 5. */

import { createServer, type Server as HttpServer } from "node:http";
import type { Server as HttpsServer } from "node:https";
import { misuse } from "../errors.ts";
import { WebSocketServer } from "../server.ts";
import type { ServerOptions } from "../server-options.ts";
import { type ApplicationLike, isExpress4, isRouter, type RouterLike, routerPrototype } from "./application.ts";
import type {
  Middleware,
  RequestOf,
  ResponseOf,
  WebsocketMethod,
  WebsocketRequestHandler,
  WithWebsocketMethod,
} from "./handler.ts";
import { withMethod } from "./route.ts";
import { Upgrade } from "./upgrade.ts";

type AnyServer = HttpServer | HttpsServer;

export interface Options {
  /** Give `ws` to no router but those that `applyTo` is called for. @default false: all routers have it */
  leaveRouterUntouched?: boolean | undefined;
  /** Options of the WebSocketServer. Its `verifyClient` and `authorize` are asked before the app is. */
  wsOptions?: ServerOptions | undefined;
}

/** An app with the method `ws`. */
export type Application<App extends ApplicationLike = ApplicationLike> = App &
  WithWebsocketMethod<RequestOf<App>, ResponseOf<App>>;

export interface Instance<App extends ApplicationLike = ApplicationLike> {
  /** The app that was given, with its method `ws`. */
  app: Application<App>;
  /** Its `clients` are the WebSockets of all routes. */
  getWss(): WebSocketServer;
  /** Gives a router, or an app that is to be mounted, the method `ws`. */
  applyTo<Target extends RouterLike>(target: Target): Target & WithWebsocketMethod<RequestOf<App>, ResponseOf<App>>;
}

/**
 * Gives an app the method `ws(path, …middleware, (ws, request, next) => …)`. Whatever is in front of the route runs
 * before the upgrade is answered, and may refuse it as it would any request.
 * @param server takes the upgrades of this server, which has `app` as its listener. @default one that `app.listen` starts
 * @throws {TypeError} for what is no app of Express 4 or 5, and for options that make no sense
 */
export function expressWs<App extends ApplicationLike>(
  app: App,
  server?: AnyServer | null,
  { leaveRouterUntouched = false, wsOptions = {} }: Options = {},
): Instance<App> {
  const prototype = isRouter(app) ? routerPrototype(app) : undefined;
  if (prototype === undefined) throw misuse("expressApp");
  const http = server ?? createServer(app);
  const wss = serve(app, { ...wsOptions, server: http });
  if (http !== server) listenWith(app, http, wss);
  if (!leaveRouterUntouched) withMethod(prototype);
  return { app: withMethod(app), getWss: () => wss, applyTo: withMethod };
}

/** For `require()`: the function as its own property, and the types by their names in @types/express-ws. */
export declare namespace expressWs {
  export type {
    Application,
    ApplicationLike,
    Instance,
    Middleware,
    Options,
    RouterLike,
    WebsocketMethod,
    WebsocketRequestHandler,
    WithWebsocketMethod,
  };
  export { expressWs };
}

function serve(app: ApplicationLike, options: ServerOptions): WebSocketServer {
  const { authorize } = options;
  const wss = new WebSocketServer({
    ...options,
    authorize: async (request) => (await authorize?.(request)) ?? Upgrade.ask(app, request),
  });
  wss.on("headers", (lines, request) => lines.push(...(Upgrade.of(request)?.lines ?? [])));
  wss.on("connection", (socket, request) => Upgrade.of(request)?.open(socket));
  return wss;
}

/** On Express 5 the callback is told also why the server does not listen. */
function listenWith(app: ApplicationLike, http: AnyServer, wss: WebSocketServer): void {
  const listen = (...parameters: unknown[]): AnyServer => {
    const callback = parameters.at(-1);
    if (typeof callback === "function" && !isExpress4(app)) {
      const failed = (error: Error): unknown => Reflect.apply(callback, http, [error]);
      wss.once("error", failed);
      http.once("listening", () => wss.off("error", failed));
    }
    return Reflect.apply(http.listen, http, parameters);
  };
  Object.assign(app, { listen });
}
