/** The servers that clients meet: npm's `socket.io` of two majors, and ours. */

import type { Server as HttpServer } from "node:http";
import { createRequire } from "node:module";
import { Server as Ours } from "@anywire/server";
import { Server, type ServerOptions } from "socket.io";

export interface ServerKind {
  /** As tests are named. */
  readonly name: string;
  readonly major: 3 | 4;
  /** All have the API of Socket.IO's, as far as their major has it. */
  open(http: HttpServer, options: Partial<ServerOptions>): Server;
}

const require = createRequire(import.meta.url);
const { Server: Server3 } = require("socket.io-3");

export const socketIo: ServerKind = {
  name: "socket.io 4",
  major: 4,
  open: (http, options) => new Server(http, options),
};

/** Through `Reflect`, as the classes are not the one that the contracts are typed with. */
export const anywire: ServerKind = {
  name: "our server",
  major: 4,
  open: (http, options) => Reflect.construct(Ours, [http, options]),
};

export const socketIo3: ServerKind = {
  name: "socket.io 3",
  major: 3,
  open: (http, options) => Reflect.construct(Server3, [http, options]),
};

export const everyServer: readonly ServerKind[] = [socketIo, anywire, socketIo3];
