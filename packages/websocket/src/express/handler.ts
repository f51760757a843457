/** What may stand in a route, for the compiler: with the names of @types/express-ws, and with the types of the app's own requests. */

import type { IncomingMessage, ServerResponse } from "node:http";
import type { WebSocket } from "../websocket.ts";
import type { NextFunction } from "./application.ts";

/** Gets the WebSocket, which is open. Its messages are read once the handler has returned: listen before you wait. */
export type WebsocketRequestHandler<Request = IncomingMessage> = (
  ws: WebSocket,
  req: Request,
  next: NextFunction,
) => unknown;

/** Ordinary middleware: it goes on with `next()`, or answers, which refuses the upgrade. */
export type Middleware<Request = IncomingMessage, Response = ServerResponse> =
  | ((req: Request, res: Response, next: NextFunction) => unknown)
  | readonly Middleware<Request, Response>[];

/** What Express takes as a path. */
export type Path = string | RegExp | readonly (string | RegExp)[];

export interface WebsocketMethod<Target, Request = IncomingMessage, Response = ServerResponse> {
  (path: Path, handler: WebsocketRequestHandler<Request>): Target;
  (path: Path, middleware: Middleware<Request, Response>, handler: WebsocketRequestHandler<Request>): Target;
  (path: Path, ...handlers: [...Middleware<Request, Response>[], WebsocketRequestHandler<Request>]): Target;
}

export interface WithWebsocketMethod<Request = IncomingMessage, Response = ServerResponse> {
  ws: WebsocketMethod<this, Request, Response>;
}

/** The requests that an app shows to its functions. */
export type RequestOf<App> = App extends { request: infer Request } ? Request : IncomingMessage;

export type ResponseOf<App> = App extends { response: infer Response } ? Response : ServerResponse;
