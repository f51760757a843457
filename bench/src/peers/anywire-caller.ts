/** `@anywire/client`. */

import { io } from "@anywire/client";
import { runCallers } from "../peer-caller.ts";

runCallers((address, options) => io(address, options));
