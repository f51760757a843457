/** An adapter that a user writes on socket.io-adapter's cluster adapter, between nodes of socket.io's and ours. */

import { EventEmitter } from "node:events";
import { BusAdapter } from "./bus-adapter.ts";
import { clusterContract } from "./cluster.contract.ts";

clusterContract(() => {
  const bus = new EventEmitter();
  /** Called with `new`. */
  function adapter(nsp: unknown): BusAdapter {
    return new BusAdapter(nsp, bus);
  }
  return () => Promise.resolve({ adapter, settle: () => new Promise((resolve) => setImmediate(resolve)) });
});
