/** uWebSockets.js, a server in C++: where its binary loads (glibc ≥ 2.38). */

import { createRequire } from "node:module";
import { startIfAvailable } from "../answering.ts";
import { answerAt, chosenRole } from "../peer-server.ts";
import { Unavailable } from "../unavailable.ts";

/** The little of it that is used here: its own types name no condition that TypeScript looks at. */
interface Uws {
  App(): App;
  us_socket_local_port(socket: object): number;
  readonly DISABLED: number;
  readonly SHARED_COMPRESSOR: number;
  readonly DEDICATED_COMPRESSOR: number;
  readonly SHARED_DECOMPRESSOR: number;
  readonly DEDICATED_DECOMPRESSOR: number;
}
interface App {
  ws(path: string, behaviour: Behaviour): App;
  listen(host: string, port: number, done: (socket: object | false) => void): App;
  publish(topic: string, message: ArrayBuffer, binary: boolean, compress: boolean): boolean;
}
interface Socket {
  send(message: ArrayBuffer, binary: boolean, compress: boolean): number;
  subscribe(topic: string): boolean;
}
interface Behaviour {
  readonly compression: number;
  readonly maxPayloadLength?: number;
  readonly maxBackpressure?: number;
  readonly idleTimeout?: number;
  readonly sendPingsAutomatically?: boolean;
  readonly open?: (socket: Socket) => void;
  readonly message: (socket: Socket, message: ArrayBuffer, binary: boolean) => void;
}
type Role = (app: App, uws: Uws) => void;

/** No pings and no limits that the cases would meet. */
const generous = {
  maxPayloadLength: 0x20_0000,
  maxBackpressure: 0x400_0000,
  idleTimeout: 0,
  sendPingsAutomatically: false,
};

function echo(compressionOf: (uws: Uws) => number): Role {
  return (app, uws) => {
    const compression = compressionOf(uws);
    const compress = compression !== uws.DISABLED;
    app.ws("/*", {
      ...generous,
      compression,
      message: (socket, message, binary) => void socket.send(message, binary, compress),
    });
  };
}

function broadcast(compressionOf: (uws: Uws) => number): Role {
  return (app, uws) => {
    const compression = compressionOf(uws);
    const compress = compression !== uws.DISABLED;
    app.ws("/*", {
      ...generous,
      compression,
      open: (socket) => void socket.subscribe("room"),
      message: (_, message, binary) => void app.publish("room", message, binary, compress),
    });
  };
}

const plain = (uws: Uws): number => uws.DISABLED;
const withContext = (uws: Uws): number => uws.DEDICATED_COMPRESSOR | uws.DEDICATED_DECOMPRESSOR;
const withoutContext = (uws: Uws): number => uws.SHARED_COMPRESSOR | uws.SHARED_DECOMPRESSOR;

const role = chosenRole(
  new Map([
    ["echo", echo(plain)],
    ["broadcast", broadcast(plain)],
    ["deflate echo", echo(withContext)],
    ["deflate echo without context", echo(withoutContext)],
    ["deflate broadcast", broadcast(withContext)],
  ]),
);

function load(): Uws {
  try {
    return createRequire(import.meta.url)("@btc-vision/uwebsockets.js");
  } catch (error) {
    const [, missing] = /version `(GLIBC_[\d.]+)' not found/.exec(String(error)) ?? [];
    throw new Unavailable(missing === undefined ? "its binary does not load" : `its binary needs ${missing}`);
  }
}

function serve(uws: Uws): void {
  const app = uws.App();
  role(app, uws);
  app.listen("127.0.0.1", 0, (socket) => {
    if (socket === false) throw new Error("not listening");
    answerAt({ port: uws.us_socket_local_port(socket), path: "/" });
  });
}

startIfAvailable(() => serve(load()));
