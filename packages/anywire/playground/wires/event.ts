/** Events as the plain wire carries them, read from JSON envelopes and from SSE fields (wires: "Envelope", "SSE"). */

export interface WireEvent {
  readonly name: string;
  readonly args: readonly unknown[];
  readonly id: string | undefined;
}

/** What the server says first (`anywire:open`). */
export interface Hello {
  /** The secret by which this client comes back. */
  readonly session: string;
  /** The public name of its socket. */
  readonly socket: string;
  /** The session goes on: same socket, same rooms, and what was missed follows. */
  readonly recovered: boolean;
  /** Why not, if something was asked for. */
  readonly reason: string | undefined;
}

/** What became of an event that asked for an ack. */
export type Outcome =
  | { readonly ok: true; readonly answer: unknown }
  | { readonly ok: false; readonly code: string; readonly message: string };

/** @returns undefined if the text is not JSON */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** @returns undefined if the value is no envelope */
export function readEnvelope(value: unknown): WireEvent | undefined {
  if (!isRecord(value) || typeof value.event !== "string") return undefined;
  const args = Array.isArray(value.args) ? value.args : "data" in value ? [value.data] : [];
  return { name: value.event, args, id: typeof value.id === "string" ? value.id : undefined };
}

/** @returns undefined if the value is no answer to an event */
export function readAnswer(value: unknown): { ack: number; outcome: Outcome } | undefined {
  if (!isRecord(value) || typeof value.ack !== "number" || "event" in value) return undefined;
  if (!isRecord(value.error)) return { ack: value.ack, outcome: { ok: true, answer: value.data ?? value.args } };
  const { code, message } = value.error;
  return { ack: value.ack, outcome: failure(String(code), String(message)) };
}

export function failure(code: string, message: string): Outcome {
  return { ok: false, code, message };
}

/** One event of an EventSource, back from its fields. */
export function readStreamEvent(type: string, data: string, lastEventId: string): WireEvent | undefined {
  const id = lastEventId === "" ? undefined : lastEventId;
  if (type === "message") return { name: type, args: [data], id };
  const value = parseJson(data);
  if (type === "anywire:event") {
    const event = readEnvelope(value);
    return event && { ...event, id };
  }
  const several = isRecord(value) && Array.isArray(value.args) && Object.keys(value).length === 1;
  return { name: type, args: several ? (value.args as unknown[]) : [value], id };
}

/** @returns undefined if it is not the hello that it should be */
export function readHello({ args: [value] }: WireEvent): Hello | undefined {
  if (!isRecord(value) || typeof value.session !== "string" || typeof value.socket !== "string") return undefined;
  return {
    session: value.session,
    socket: value.socket,
    recovered: value.recovered === true,
    reason: typeof value.reason === "string" ? value.reason : undefined,
  };
}

/** Milliseconds after which to come back, of `anywire:close`. */
export function readRetry({ args: [value] }: WireEvent): number | undefined {
  return isRecord(value) && typeof value.retry === "number" ? value.retry : undefined;
}
