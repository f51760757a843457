/** Loaded before an example runs: browsers' globals by packages that we did not write, and ports that are free. */

import { Server } from "node:net";
import { EventSource } from "eventsource";
import { WebSocket } from "ws";

Object.assign(globalThis, { EventSource, WebSocket });

const { listen } = Server.prototype;

/** Whatever port the example names, it gets a free one, which is printed. */
Server.prototype.listen = function (this: Server, ...parameters: unknown[]): Server {
  const callback = parameters.find((each) => typeof each === "function");
  this.once("listening", () => {
    const address = this.address();
    if (typeof address === "object" && address !== null) console.log(`listening on port ${address.port}`);
  });
  return Reflect.apply(listen, this, [0, "127.0.0.1", callback]);
};
