/** What crosses the borders between the processes of a round, read with care. */

import type { Target } from "./load/opening.ts";
import type { Exchanged, Usage } from "./measure.ts";

/** The argument that the load's process is started with. */
export interface Assignment {
  readonly caseName: string;
  /** Where the peer's server listens; undefined if its clients come to the load. */
  readonly target: Target | undefined;
}

export function readAssignment(json: string): Assignment {
  const { caseName, target } = fieldsOf(JSON.parse(json));
  return { caseName: textOf(caseName), target: optional(target, readTarget) };
}

/** What measured clients are told. */
export interface Connecting {
  readonly connections: number;
  readonly target: Target;
}

export function readConnecting(value: unknown): Connecting {
  const { connections, target } = fieldsOf(value);
  return { connections: numberOf(connections), target: readTarget(target) };
}

export function readTarget(value: unknown): Target {
  const { port, path } = fieldsOf(value);
  return { port: numberOf(port), path: textOf(path) };
}

export function readUsage(value: unknown): Usage {
  const { user, system, rss } = fieldsOf(value);
  return { user: numberOf(user), system: numberOf(system), rss: numberOf(rss) };
}

export function readExchanged(value: unknown): Exchanged {
  const { messages, p50, p99, loadShare } = fieldsOf(value);
  return {
    messages: numberOf(messages),
    p50: optional(p50, numberOf),
    p99: optional(p99, numberOf),
    loadShare: optional(loadShare, numberOf),
  };
}

function fieldsOf(value: unknown): Record<string, unknown> {
  if (typeof value !== "object" || value === null) throw new TypeError("not an object");
  return { ...value };
}

function optional<Value>(value: unknown, read: (value: unknown) => Value): Value | undefined {
  return value === undefined ? undefined : read(value);
}

function numberOf(value: unknown): number {
  if (typeof value !== "number") throw new TypeError("not a number");
  return value;
}

function textOf(value: unknown): string {
  if (typeof value !== "string") throw new TypeError("not a string");
  return value;
}
