/** What a program passes, converted as Web IDL §3.2 says, and classes in the shape of §3.7. */

/** @throws {TypeError} if fewer than `needed` were passed (§3.6) */
export function requireArguments(method: string, needed: number, given: number): void {
  if (given < needed) throw new TypeError(`${method} needs at least ${needed} argument${needed === 1 ? "" : "s"}`);
}

const loneSurrogate = /\p{Surrogate}/gu;

/** USVString, §3.2.12. @throws {TypeError} for a symbol */
export function toUsvString(value: unknown): string {
  return `${value}`.replace(loneSurrogate, "\ufffd");
}

/** Dictionaries, §3.2.17: nothing is an empty one. @throws {TypeError} */
export function requireDictionary(name: string, value: unknown): void {
  if (value !== undefined && value !== null && !isObject(value)) throw new TypeError(`${name} is not an object`);
}

export function isObject(value: unknown): value is object {
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
