/** The JSON envelope of the plain wire (wires: "Envelope"): an event, or the answer to one, as text and back. */

import { must } from "../errors.ts";
import { formatArgument, mayNeedReviving, reviveArgument } from "./argument.ts";
import { assertEventName, isOneLine } from "./event-name.ts";
import { type PlainRules, plainRules } from "./rules.ts";

/** An event. */
export interface Envelope {
  readonly name: string;
  readonly args: readonly unknown[];
  readonly id: string | undefined;
  /** Present if an answer is wanted, which then carries it. */
  readonly ack: number | undefined;
}

export type Answer =
  | { readonly args: readonly unknown[] }
  | { readonly error: { readonly code: string; readonly message: string } };

/** The answer to the event that carried `ack`. */
export interface AckEnvelope {
  readonly ack: number;
  readonly answer: Answer;
}

/** A JSON object whose keys came from the other end. */
type Fields = Readonly<Record<string, unknown>>;

/** @throws {PlainError} not-json, too-deep */
export function formatEnvelope({ name, args, id, ack }: Envelope, rules: PlainRules = plainRules): string {
  const idField = id === undefined ? "" : `,"id":${JSON.stringify(id)}`;
  const ackField = ack === undefined ? "" : `,"ack":${ack}`;
  return `{"event":${JSON.stringify(name)},${formatArguments(args, rules)}${idField}${ackField}}`;
}

/** @throws {PlainError} not-json, too-deep */
export function formatAnswer(ack: number, answer: Answer, rules: PlainRules = plainRules): string {
  if ("args" in answer) return `{"ack":${ack},${formatArguments(answer.args, rules)}}`;
  const { code, message } = answer.error;
  return `{"ack":${ack},"error":${JSON.stringify({ code, message })}}`;
}

/**
 * Reads a text frame.
 * @returns undefined if it is neither an event nor an answer: then it is the text of a `message`
 * @throws {PlainError} if it is one, and malformed
 */
export function parseFrame(text: string, rules: PlainRules = plainRules): Envelope | AckEnvelope | undefined {
  const fields = fieldsOf(text);
  if (fields === undefined) return undefined;
  return readFields(fields, rules, mayNeedReviving(text, rules) ? reviveArgument : asItIs);
}

/**
 * Reads what `JSON.parse` made of a body.
 * @throws {PlainError} if it is neither an event nor an answer, or malformed
 */
export function parseEnvelope(value: unknown, rules: PlainRules = plainRules): Envelope | AckEnvelope {
  must(isEvent(value) || isAnswer(value), "not-an-envelope");
  return readFields(value, rules, reviveArgument);
}

/** Whether `parseFrame` would take the text for more than text: sent as it is, it would forge an event or an answer. */
export function readsAsEnvelope(text: string): boolean {
  return fieldsOf(text) !== undefined;
}

type Revive = (value: unknown, rules: PlainRules) => unknown;

const asItIs: Revive = (value) => value;

/** @returns undefined for text that is no event and no answer; bad JSON is such text too, it is never an error */
function fieldsOf(text: string): Fields | undefined {
  if (!startsLikeAnObject(text)) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isEvent(value) || isAnswer(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Spares most text a `JSON.parse`. JSON's white space may come first (RFC 8259 §2). */
function startsLikeAnObject(text: string): boolean {
  return text.startsWith("{") || /^[ \t\n\r]+\{/.test(text);
}

function isEvent(value: unknown): value is Fields & { readonly event: string } {
  return isObject(value) && typeof value.event === "string";
}

function isAnswer(value: unknown): value is Fields & { readonly ack: number } {
  return isObject(value) && value.event === undefined && Number.isInteger(value.ack);
}

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** JSON has no `undefined`: what is undefined was not there. */
function readFields(fields: Fields, rules: PlainRules, revive: Revive): Envelope | AckEnvelope {
  const { event: name, id, ack } = fields;
  must(ack === undefined || isAck(ack), "bad-ack");
  if (name === undefined && ack !== undefined) return { ack, answer: readAnswer(fields, rules, revive) };
  assertEventName(name);
  must(id === undefined || isId(id, rules), "bad-id");
  return { name, args: readArguments(fields, rules, revive), id, ack };
}

function readAnswer(fields: Fields, rules: PlainRules, revive: Revive): Answer {
  const { error, data, args } = fields;
  if (error === undefined) return { args: readArguments(fields, rules, revive) };
  must(isObject(error) && data === undefined && args === undefined, "bad-error");
  const { code, message } = error;
  must(typeof code === "string" && typeof message === "string", "bad-error");
  return { error: { code, message } };
}

function readArguments({ data, args }: Fields, rules: PlainRules, revive: Revive): readonly unknown[] {
  must(data === undefined || args === undefined, "data-and-args");
  if (data !== undefined) return [revive(data, rules)];
  must(args === undefined || Array.isArray(args), "bad-args");
  return (args ?? []).map((arg) => revive(arg, rules));
}

function isAck(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

function isId(value: unknown, { maxIdLength }: PlainRules): value is string {
  return typeof value === "string" && value !== "" && value.length <= maxIdLength && isOneLine(value);
}

/** One argument is `data`; none or several are `args`. */
function formatArguments(args: readonly unknown[], rules: PlainRules): string {
  if (args.length === 1) return `"data":${formatArgument(args[0], rules)}`;
  return `"args":[${args.map((arg) => formatArgument(arg, rules)).join(",")}]`;
}
