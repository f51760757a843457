/** npm's `socket.io-client` on its own `ws`: the reference of Socket.IO's clients. */

import { io } from "socket.io-client";
import { startIfAvailable } from "../answering.ts";
import { checkBufferUtil } from "../buffer-util.ts";
import { runCallers } from "../peer-caller.ts";

startIfAvailable(() => {
  checkBufferUtil();
  runCallers((address, options) => io(address, options));
});
