/** `@anywire/websocket/express`: WebSocket routes for Express 5 and 4, in the place of express-ws. */

export type { ApplicationLike, NextFunction, RouterLike } from "./express/application.ts";
export {
  type Application,
  expressWs,
  expressWs as default,
  type Instance,
  type Options,
} from "./express/express-ws.ts";
export type {
  Middleware,
  Path,
  RequestOf,
  ResponseOf,
  WebsocketMethod,
  WebsocketRequestHandler,
  WithWebsocketMethod,
} from "./express/handler.ts";
