/** Event streams (wires: "SSE"): a request is let in and becomes a stream. */

import type { IncomingMessage, ServerResponse } from "node:http";
import { createSession } from "@anywire/eventsource/server";
import type { Gate } from "../admission.ts";
import { EventStreamLink, stopId } from "./event-stream-link.ts";
import type { ResolvedPlainOptions } from "./options.ts";
import { writeAnswer } from "./problem.ts";
import { admissionRequestOf, lastEventId, type Visit } from "./visit.ts";

interface StreamsOptions {
  readonly gate: Gate;
  readonly limits: ResolvedPlainOptions;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
}

/** A request for a stream, its answer, and the headers to answer with. */
interface StreamExchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly visit: Visit;
  readonly headers: Readonly<Record<string, string>>;
}

/** @throws {Refusal} */
export async function openStream(
  { request, response, visit, headers }: StreamExchange,
  { gate, limits, now }: StreamsOptions,
): Promise<void> {
  if (lastEventId(request.headers) === stopId) return writeAnswer(response, { status: 204, headers });
  const admission = await gate.admit(admissionRequestOf(visit, "eventsource", limits.maxRooms));
  if (response.destroyed) return admission.abandon();
  const stream = createSession(request, response, {
    headers: { ...headers, Vary: "Origin, Accept" },
    heartbeat: limits.heartbeat.interval,
    retry: limits.retry,
    maxBufferedBytes: false, // the link has limits of its own, for it tells the client which one it broke
    maxBufferedAge: false,
  });
  const isEnveloped = visit.query.get("v") === "1";
  admission.open(new EventStreamLink({ handler: admission.handler, stream, isEnveloped, limits, now }));
}
