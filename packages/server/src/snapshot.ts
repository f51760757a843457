/**
 * A copy of an event's arguments as they are at the call, so that the program may change its objects and reuse its
 * buffers afterwards: events are encoded later, once per wire, and again from the history.
 */

import { plainRules } from "@anywire/protocol/plain";

/** Deeper values are refused at the call, or the codecs would refuse them when it is too late. */
const { maxDepth } = plainRules;

/** @throws {TypeError} if a value nests deeper than `maxDepth` levels, or in a circle, or is a BigInt, which JSON does not have */
export function snapshot(args: readonly unknown[]): readonly unknown[] {
  return args.map((value) => copy(value, "", 0));
}

function copy(value: unknown, key: string, depth: number): unknown {
  if (typeof value === "bigint") return copyOfBigInt(value);
  if (typeof value !== "object" || value === null) return value;
  if (depth >= maxDepth) throw new TypeError(`an event's arguments may nest ${maxDepth} levels deep at most`);
  if (ArrayBuffer.isView(value)) return Buffer.from(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
  if (value instanceof ArrayBuffer || value instanceof SharedArrayBuffer) return Buffer.from(new Uint8Array(value));
  if (Array.isArray(value)) return value.map((item, index) => copy(item, String(index), depth + 1));
  if ("toJSON" in value && typeof value.toJSON === "function") return copy(value.toJSON(key), key, depth + 1);
  const plain: Record<string, unknown> = {};
  for (const name of Object.keys(value)) put(plain, name, copy(Reflect.get(value, name), name, depth + 1));
  return plain;
}

/** An assignment to this one name would change the prototype. */
function put(plain: Record<string, unknown>, name: string, value: unknown): void {
  if (name !== "__proto__") plain[name] = value;
  else Object.defineProperty(plain, name, { value, enumerable: true, configurable: true, writable: true });
}

/** Refused at the call, where the mistake is: encoding it later would fail for the whole run. */
function copyOfBigInt(value: bigint): bigint {
  if ("toJSON" in Object(value)) return value; // the program taught JSON how
  throw new TypeError("an event cannot carry a BigInt: send it as a string");
}
