/**
 * Arguments and their JSON (wires: "Envelope"): binary data is `{"$bytes":"<base64>"}`, and an object of the user's whose
 * only key begins with `$` has one more of them on the wire. Values are copied only along the way to what changes.
 */

import { must, PlainError } from "../errors.ts";
import { isBase64 } from "../is-base64.ts";
import type { PlainRules } from "./rules.ts";

type Members = Record<string, unknown>;

/**
 * What is to be given to `JSON.stringify` in the place of `value`: `toJSON` is applied, binary data is base64.
 * @throws {PlainError} too-deep
 */
export function escapeArgument(value: unknown, rules: PlainRules): unknown {
  return escapeValue(standIn(value, ""), rules, rules.maxDepth);
}

/**
 * What JSON has no form for is `null`, as it is in an array.
 * @throws {PlainError} too-deep, not-json
 */
export function formatArgument(value: unknown, rules: PlainRules): string {
  return formatEscaped(escapeArgument(value, rules));
}

/** @throws {PlainError} not-json */
export function formatEscaped(escaped: unknown): string {
  try {
    return JSON.stringify(escaped) ?? "null";
  } catch (cause) {
    throw new PlainError("not-json", { cause }); // a bigint, or a toJSON that throws
  }
}

/**
 * The argument that `value`, from `JSON.parse`, stands for.
 * @throws {PlainError} too-deep
 */
export function reviveArgument(value: unknown, rules: PlainRules): unknown {
  return reviveValue(value, rules, rules.maxDepth);
}

/** Whether reviving what this JSON says could change anything; the other spelling of `$` is `\u0024`. */
export function mayNeedReviving(json: string, { maxDepth }: PlainRules): boolean {
  const mayBeTooDeep = json.length > 2 * maxDepth; // a level takes two characters at least
  return mayBeTooDeep || json.includes('"$') || json.includes('"\\u0024');
}

function escapeValue(value: unknown, rules: PlainRules, levels: number): unknown {
  if (!isContainer(value)) return value;
  if (Array.isArray(value)) return escapeItems(value, rules, levels);
  const bytes = bytesOf(value);
  return bytes === undefined ? escapeMembers(value, rules, levels) : { $bytes: rules.base64.encode(bytes) };
}

function escapeItems(items: readonly unknown[], rules: PlainRules, levels: number): readonly unknown[] {
  must(levels > 0, "too-deep");
  let copy: unknown[] | undefined;
  for (let at = 0; at < items.length; at++) {
    const item = items[at];
    if (!isContainer(item)) continue;
    const escaped = escapeValue(standIn(item, at), rules, levels - 1);
    if (escaped === item) continue;
    copy ??= items.slice();
    copy[at] = escaped;
  }
  return copy ?? items;
}

function escapeMembers(members: Members, rules: PlainRules, levels: number): Members {
  must(levels > 0, "too-deep");
  let copy: Members | undefined;
  let hasDollar = false;
  for (const key of Object.keys(members)) {
    hasDollar ||= key.startsWith("$");
    const member = members[key];
    if (!isContainer(member)) continue;
    const escaped = escapeValue(standIn(member, key), rules, levels - 1);
    if (escaped === member) continue;
    copy ??= { ...members };
    copy[key] = escaped;
  }
  return hasDollar ? escapeOnlyKey(copy ?? members) : (copy ?? members);
}

/** Only keys that JSON writes count: `{ $bytes: "AAAA", other: undefined }` has one. */
function escapeOnlyKey(members: Members): Members {
  const written = Object.keys(members).filter((key) => isWritten(members[key]));
  const [key = ""] = written;
  return written.length === 1 && key.startsWith("$") ? { [`$${key}`]: members[key] } : members;
}

function isWritten(member: unknown): boolean {
  return member !== undefined && typeof member !== "function" && typeof member !== "symbol";
}

/** What JSON writes in the place of a value (ECMA-262 §25.5.2.2, step 2). Binary data has a form of its own here. */
function standIn(value: unknown, key: string | number): unknown {
  if (!isContainer(value) || typeof value.toJSON !== "function" || bytesOf(value) !== undefined) return value;
  return value.toJSON(String(key));
}

function bytesOf(value: Members): Uint8Array | undefined {
  if (Object.getPrototypeOf(value) === Object.prototype) return undefined; // most objects, at once
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  return isArrayBuffer(value) ? new Uint8Array(value) : undefined;
}

/** Of any realm: under jest, `instanceof` says no to Node's own. */
function isArrayBuffer(value: unknown): value is ArrayBuffer {
  return value instanceof ArrayBuffer || Object.prototype.toString.call(value) === "[object ArrayBuffer]";
}

function reviveValue(value: unknown, rules: PlainRules, levels: number): unknown {
  if (!isContainer(value)) return value;
  if (Array.isArray(value)) return reviveItems(value, rules, levels);
  const [key = "", ...others] = Object.keys(value);
  const isAlone = others.length === 0 && key.startsWith("$");
  const member = value[key];
  if (isAlone && key === "$bytes" && typeof member === "string" && isBase64(member)) return rules.base64.decode(member);
  const members = reviveMembers(value, rules, levels);
  return isAlone && key.startsWith("$$") ? { [key.slice(1)]: members[key] } : members;
}

function reviveItems(items: readonly unknown[], rules: PlainRules, levels: number): readonly unknown[] {
  must(levels > 0, "too-deep");
  let copy: unknown[] | undefined;
  for (let at = 0; at < items.length; at++) {
    const item = items[at];
    if (!isContainer(item)) continue;
    const revived = reviveValue(item, rules, levels - 1);
    if (revived === item) continue;
    copy ??= items.slice();
    copy[at] = revived;
  }
  return copy ?? items;
}

function reviveMembers(members: Members, rules: PlainRules, levels: number): Members {
  must(levels > 0, "too-deep");
  let copy: Members | undefined;
  for (const key of Object.keys(members)) {
    const member = members[key];
    if (!isContainer(member)) continue;
    const revived = reviveValue(member, rules, levels - 1);
    if (revived === member) continue;
    copy ??= { ...members }; // a spread copies a key `__proto__` as the plain key that it is in JSON
    copy[key] = revived;
  }
  return copy ?? members;
}

function isContainer(value: unknown): value is Members {
  return typeof value === "object" && value !== null;
}
