/**
 * A copy of an event's arguments as they are at the call, so that the program may change its objects and reuse its
 * buffers afterwards: events are encoded later, once per wire, and again from the history.
 */

import { plainRules } from "@anywire/protocol/plain";

/** Deeper values are refused at the call, or the codecs would refuse them when it is too late. */
const { maxDepth } = plainRules;

/** How far a copy goes. */
interface Copying {
  /** What is more than a plain object or a list, a date say, stays what it is, for the program's own parser knows it. */
  readonly keepsKinds: boolean;
}

const asJson: Copying = { keepsKinds: false };
const asItIs: Copying = { keepsKinds: true };

/** For a parser of the program's own. @throws {TypeError} if a value nests too deep, or in a circle */
export function snapshotOfKinds(args: readonly unknown[]): readonly unknown[] {
  return args.map((value, index) => copy(value, { key: keyOf(index), depth: 0, copying: asItIs }));
}

/** @throws {TypeError} if a value nests deeper than `maxDepth` levels, or in a circle, or is a BigInt, which JSON does not have */
export function snapshot(args: readonly unknown[]): readonly unknown[] {
  return args.map((value, index) => copy(value, { key: keyOf(index), depth: 0, copying: asJson }));
}

/** As `toJSON` is called where the event is written at once: the name is the first of the list. */
function keyOf(index: number): string {
  return String(index + 1);
}

/** Where a value is. */
interface Place {
  readonly key: string;
  readonly depth: number;
  readonly copying: Copying;
}

function copy(value: unknown, { key, depth, copying }: Place): unknown {
  if (typeof value === "bigint") return copying.keepsKinds ? value : copyOfBigInt(value);
  if (typeof value !== "object" || value === null) return value;
  if (depth >= maxDepth)
    throw new TypeError(`an event's arguments may nest ${maxDepth} levels deep at most, and in no circle`);
  if (ArrayBuffer.isView(value)) return Buffer.from(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
  if (value instanceof ArrayBuffer || value instanceof SharedArrayBuffer) return Buffer.from(new Uint8Array(value));
  const inside = (name: string, item: unknown): unknown => copy(item, { key: name, depth: depth + 1, copying });
  if (Array.isArray(value)) return value.map((item, index) => inside(String(index), item));
  if (copying.keepsKinds && !isPlain(value)) return value;
  if ("toJSON" in value && typeof value.toJSON === "function") return inside(key, value.toJSON(key));
  if (isBoxed(value)) return value.valueOf(); // as JSON.stringify does
  const plain: Record<string, unknown> = {};
  for (const name of Object.keys(value)) put(plain, name, inside(name, Reflect.get(value, name)));
  return plain;
}

function isBoxed(value: object): boolean {
  return value instanceof String || value instanceof Number || value instanceof Boolean;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
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
