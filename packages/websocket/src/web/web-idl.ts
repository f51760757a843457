/** What a program passes, converted as Web IDL §3.2 says, and classes in the shape of §3.7. */

/** Nothing here needs more than one, §3.6. @throws {TypeError} if none was passed */
export function requireArgument(method: string, given: number): void {
  if (given === 0) throw new TypeError(`${method} needs at least 1 argument`);
}

/** USVString, §3.2.12. @throws {TypeError} for a symbol */
export function toUsvString(value: unknown): string {
  return Buffer.from(toText(value)).toString(); // a lone surrogate becomes U+FFFD
}

/** DOMString, §3.2.10. @throws {TypeError} for a symbol */
export function toText(value: unknown): string {
  return `${value}`;
}

/** unsigned short, §3.2.4.9: modulo 2^16. */
export function toUnsignedShort(value: unknown): number {
  return toNumber(value) & 0xffff;
}

/** [Clamp] unsigned short, §3.2.4.9: the nearest, halves to the even one. */
export function clampUnsignedShort(value: unknown): number {
  const number = Math.min(Math.max(toNumber(value), 0), 0xffff);
  const floor = Math.floor(number);
  if (Number.isNaN(number)) return 0;
  if (number - floor === 0.5) return floor + (floor % 2);
  return Math.round(number);
}

/** [EnforceRange] unsigned short, §3.2.4.9. @throws {TypeError} */
export function enforceUnsignedShort(name: string, value: unknown): number {
  const number = Math.trunc(toNumber(value));
  if (!(number >= 0 && number <= 0xffff)) throw new TypeError(`${name} is not a number from 0 to 65535`);
  return number + 0; // not -0
}

function toNumber(value: unknown): number {
  if (typeof value === "bigint") throw new TypeError("A BigInt is not taken for a number");
  return Number(value);
}

/** Dictionaries, §3.2.17: nothing is an empty one. @throws {TypeError} */
export function toDictionary(name: string, value: unknown): Readonly<Record<string, unknown>> {
  if (value === undefined || value === null) return {};
  if (!isRecord(value)) throw new TypeError(`${name} is not an object`);
  return value;
}

/** sequence<DOMString>, §3.2.21. @throws {TypeError} if it cannot be iterated */
export function toTexts(name: string, value: unknown): string[] {
  if (!isIterable(value)) throw new TypeError(`${name} is not a sequence`);
  return Array.from(value, toText);
}

/** An object that has an iterator, which a string is not. */
export function isIterable(value: unknown): value is Iterable<unknown> {
  return isRecord(value) && value[Symbol.iterator] !== undefined && value[Symbol.iterator] !== null;
}

export function isRecord(value: unknown): value is Readonly<Record<PropertyKey, unknown>> {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

/** §3.7.3: members can be enumerated, and `Object.prototype.toString` knows the name. */
export function shapeInterface(name: string, prototype: object): void {
  for (const member of Object.getOwnPropertyNames(prototype)) {
    if (member !== "constructor") Object.defineProperty(prototype, member, { enumerable: true });
  }
  Object.defineProperty(prototype, Symbol.toStringTag, { value: name, configurable: true });
}

/** §3.7.5: constants are on the class and on its prototype, and do not change. */
export function defineConstants(target: object, constants: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(constants)) {
    Object.defineProperty(target, name, { value, enumerable: true, writable: false, configurable: false });
  }
}
