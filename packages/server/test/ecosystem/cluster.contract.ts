/** What two nodes do together, whichever adapter is between them: each holds on every pair of socket.io's server and ours. */

import { test } from "node:test";
import { type Broker, Cluster, pairs } from "./cluster.ts";
import { broadcasts } from "./cluster-broadcasts.ts";
import { acks, commands, ends } from "./cluster-commands.ts";
import { Stage } from "./servers.ts";

/** @param broker of a cluster that no other test has */
export function clusterContract(broker: () => Broker, skip: string | false = false): void {
  for (const pair of pairs)
    for (const [name, run] of Object.entries({ ...broadcasts, ...acks, ...commands, ...ends }))
      test(`${pair.join(" and ")}: ${name}`, { skip, timeout: 30_000 }, async (t) =>
        run(await Cluster.open(new Stage(t), pair, broker())),
      );
}
