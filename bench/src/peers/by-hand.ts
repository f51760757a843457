/** Event streams as programs write them by hand on node:http: the reference. */

import type { ServerResponse } from "node:http";
import { eventStreamRole } from "../event-stream-peer.ts";
import { servePeer } from "../peer-server.ts";

const streams = new Set<ServerResponse>();

const role = eventStreamRole(
  (_, response) => {
    response.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-cache" });
    response.flushHeaders();
    streams.add(response);
    response.on("close", () => streams.delete(response));
  },
  (text) => {
    for (const response of streams) response.write(`data: ${text}\n\n`);
  },
);

servePeer(new Map([["event streams", role]]));
