/** The request target (RFC 9112 §3.2): path and query of whatever stands in the request line. */

import { Refusal } from "../errors.ts";

export interface RequestTarget {
  /** As it was sent: no escape is resolved. */
  readonly path: string;
  readonly query: URLSearchParams;
}

/** Never throws: junk is a path that nothing is at. */
export function parseTarget(url: string | undefined): RequestTarget {
  const [path, query] = split(url);
  return { path, query: new URLSearchParams(query) };
}

/** The path alone, for whoever only asks whose request it is. */
export function pathOf(url: string | undefined): string {
  return split(url)[0];
}

/**
 * The namespace that a path names by what is behind `base`: `/anywire/chat` is `/chat` (wires: "Plain wire: one URL").
 * @returns undefined for a path of others. A wire at `/` itself has the one namespace `/`, since all paths begin so
 */
export function namespaceAt(path: string, base: string): string | undefined {
  if (path === base) return "/";
  if (base === "/" || !path.startsWith(`${base}/`)) return undefined;
  const name = path.slice(base.length);
  try {
    return decodeURIComponent(name);
  } catch {
    return name; // junk names no namespace
  }
}

function split(url = ""): [path: string, query: string] {
  const target = url.replace(/^https?:\/\/[^/?#]*/i, ""); // the absolute form (§3.2.2)
  const end = target.search(/[?#]/);
  return end === -1 ? [target, ""] : [target.slice(0, end), target.slice(end + 1)];
}

/**
 * The one value of a parameter.
 * @returns undefined if it is missing or empty
 * @throws {Refusal} if it is given more than once
 */
export function single(query: URLSearchParams, name: string): string | undefined {
  const values = query.getAll(name);
  if (values.length > 1) throw new Refusal("bad-request", { message: `the parameter ${name} is given more than once` });
  return values[0] === "" ? undefined : values[0];
}

/** The query as the application sees it: without a prototype, since the names come from the client. */
export function queryRecord(query: URLSearchParams): Record<string, string | string[] | undefined> {
  const record: Record<string, string | string[] | undefined> = Object.create(null);
  for (const name of new Set(query.keys())) {
    const values = query.getAll(name);
    record[name] = values.length > 1 ? values : values[0];
  }
  return record;
}
