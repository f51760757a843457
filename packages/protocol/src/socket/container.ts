/** Arrays and objects: what JSON (ECMA-404) can nest. */

export type Members = Record<string, unknown>;

export function isContainer(value: unknown): value is Members {
  return typeof value === "object" && value !== null;
}
