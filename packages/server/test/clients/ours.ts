/** Our server, under the same contracts. */

import { Server } from "../../src/index.ts";
import type { OpenServer } from "./house.ts";

/** Through `Reflect`, as its class is not the one that the contracts are typed with. */
export const ours: OpenServer = (httpServer, options) => Reflect.construct(Server, [httpServer, options]);
