/** uWebSockets.js, a server in C++ from npm's `@btc-vision/uwebsockets.js`: where its binary loads (glibc ≥ 2.38). */

import { createRequire } from "node:module";
import { answerAt } from "./peer-server.ts";
import { Unavailable } from "./unavailable.ts";

/** The little of it that is used here: its own types name no condition that TypeScript looks at. */
export interface Uws {
  App(): App;
  us_socket_local_port(socket: object): number;
  readonly DISABLED: number;
  readonly SHARED_COMPRESSOR: number;
  readonly DEDICATED_COMPRESSOR: number;
  readonly SHARED_DECOMPRESSOR: number;
  readonly DEDICATED_DECOMPRESSOR: number;
}
export interface App {
  ws(path: string, behaviour: Behaviour): App;
  listen(host: string, port: number, done: (socket: object | false) => void): App;
  publish(topic: string, message: ArrayBuffer, binary: boolean, compress: boolean): boolean;
}
interface UwsSocket {
  send(message: ArrayBuffer, binary: boolean, compress: boolean): number;
  subscribe(topic: string): boolean;
}
interface Behaviour {
  readonly compression: number;
  readonly maxPayloadLength?: number;
  readonly maxBackpressure?: number;
  readonly idleTimeout?: number;
  readonly sendPingsAutomatically?: boolean;
  readonly open?: (socket: UwsSocket) => void;
  readonly message: (socket: UwsSocket, message: ArrayBuffer, binary: boolean) => void;
}
/** @throws {Unavailable} if its binary does not load */
export function loadUws(): Uws {
  try {
    return createRequire(import.meta.url)("@btc-vision/uwebsockets.js");
  } catch (error) {
    const [, missing] = /version `(GLIBC_[\d.]+)' not found/.exec(String(error)) ?? [];
    throw new Unavailable(missing === undefined ? "its binary does not load" : `its binary needs ${missing}`);
  }
}

/** Serves what `role` puts on an app. */
export function serveUws(uws: Uws, path: string, role: (app: App) => void): void {
  const app = uws.App();
  role(app);
  app.listen("127.0.0.1", 0, (socket) => {
    if (socket === false) throw new Error("not listening");
    answerAt({ port: uws.us_socket_local_port(socket), path });
  });
}
