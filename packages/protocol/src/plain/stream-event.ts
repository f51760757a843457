/** Events as the fields of Server-Sent Events (wires: "SSE"). */

import { escapeArgument, formatArgument, formatEscaped } from "./argument.ts";
import { type Envelope, formatEnvelope } from "./envelope.ts";
import { type PlainRules, plainRules } from "./rules.ts";

/** The fields of one event of a stream. */
export interface StreamEvent {
  /** Undefined: the stream's own default, `message`. */
  readonly event: string | undefined;
  readonly data: string;
  readonly id: string | undefined;
}

/** The name under which an envelope travels whole, where the stream's own fields could not say what it says. */
const wholeEnvelope = "anywire:event";

/** A native EventSource would take the first two for its own, an empty one for `message`, and the last for an envelope. */
const unspeakable: ReadonlySet<string> = new Set(["open", "error", "", wholeEnvelope]);

/** @throws {PlainError} not-json, too-deep */
export function toStreamEvent(envelope: Envelope, rules: PlainRules = plainRules): StreamEvent {
  const { name, args, id, ack } = envelope;
  const text = name === "message" ? rawText(args) : undefined;
  if (text !== undefined && ack === undefined) return { event: undefined, data: text, id };
  if (name === "message" || ack !== undefined || unspeakable.has(name)) {
    return { event: wholeEnvelope, data: formatEnvelope(envelope, rules), id };
  }
  return { event: name, data: formatArguments(args, rules), id };
}

/** The one string of a `message` that a stream gives back as it was: a CR in it would come out as LF (HTML §9.2.5). */
function rawText(args: readonly unknown[]): string | undefined {
  const [text] = args;
  return args.length === 1 && typeof text === "string" && !text.includes("\r") ? text : undefined;
}

function formatArguments(args: readonly unknown[], rules: PlainRules): string {
  if (args.length === 1) {
    const escaped = escapeArgument(args[0], rules);
    const json = formatEscaped(escaped);
    return isMistakable(escaped) ? `{"args":[${json}]}` : json;
  }
  return `{"args":[${args.map((arg) => formatArgument(arg, rules)).join(",")}]}`;
}

/** Whether the reader could take the one argument for a list of them. */
function isMistakable(value: unknown): boolean {
  return typeof value === "object" && value !== null && (Array.isArray(value) || Object.hasOwn(value, "args"));
}
