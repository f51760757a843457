/** `@anywire/eventsource`: sessions that are registered with a channel. */

import { createChannel, createSession } from "@anywire/eventsource/server";
import { eventStreamRole } from "../event-stream-peer.ts";
import { servePeer } from "../peer-server.ts";

const channel = createChannel();

const role = eventStreamRole(
  (request, response) => channel.register(createSession(request, response)),
  (text) => channel.broadcast(text),
);

servePeer(new Map([["event streams", role]]));
