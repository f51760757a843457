/** The client that all contracts are true of: npm's `socket.io-client`. */

import * as client from "socket.io-client";
import type { Library } from "./library.ts";

export const theirs: Library = client;
