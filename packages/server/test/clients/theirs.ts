/** The server that all contracts are true of: npm's `socket.io`. */

import { Server } from "socket.io";
import type { OpenServer } from "./house.ts";

export const theirs: OpenServer = (httpServer, options) => new Server(httpServer, options);
