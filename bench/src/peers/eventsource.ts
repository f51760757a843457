/** `@anywire/eventsource`: sessions. */

import { createSession, encodeEvent, type Session } from "@anywire/eventsource/server";
import { eventStreamRole } from "../event-stream-peer.ts";
import { servePeer } from "../peer-server.ts";

const sessions = new Set<Session>();

const role = eventStreamRole(
  (request, response) => {
    const session = createSession(request, response);
    sessions.add(session);
    session.on("close", () => sessions.delete(session));
  },
  (text) => {
    const bytes = Buffer.from(encodeEvent({ data: text }));
    for (const session of sessions) session.write(bytes);
  },
);

servePeer(new Map([["event streams", role]]));
