/** npm's `better-sse`, as its README shows it; but texts go as they are, not as JSON, which is what the others send. */

import { createChannel, createSession } from "better-sse";
import { eventStreamRole } from "../event-stream-peer.ts";
import { servePeer } from "../peer-server.ts";

const channel = createChannel();

const role = eventStreamRole(
  async (request, response) => channel.register(await createSession(request, response, { serializer: String })),
  (text) => channel.broadcast(text),
);

servePeer(new Map([["event streams", role]]));
