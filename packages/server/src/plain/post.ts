/** What a POST says (wires: "POST"): a JSON envelope or a form, as an event or an answer for a session. */

import { Refusal } from "../errors.ts";
import { type IncomingFrame, parseValue } from "./envelopes.ts";
import { single } from "./request-target.ts";

export interface Post {
  /** As the body names it. */
  readonly session: string | undefined;
  readonly frame: IncomingFrame;
}

/** @throws {Refusal} unsupported-media-type, bad-json, bad-form, bad-envelope, reserved-event */
type PostParser = (body: Buffer) => Post;

const parsers: ReadonlyMap<string, PostParser> = new Map([
  ["application/json", parseJson],
  ["application/x-www-form-urlencoded", parseForm],
]);

/** @throws {Refusal} unsupported-media-type */
export function postParserFor(contentType: string | undefined, contentEncoding: string | undefined): PostParser {
  const [type = ""] = (contentType ?? "").split(";");
  const parser = parsers.get(type.trim().toLowerCase());
  const isPlain = contentEncoding === undefined || contentEncoding.toLowerCase() === "identity";
  if (parser === undefined || !isPlain) throw new Refusal("unsupported-media-type");
  return parser;
}

function parseJson(body: Buffer): Post {
  const value = jsonOf(body);
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Refusal("bad-envelope");
  const { session } = value as { readonly session?: unknown }; // an object, by the line above
  if (session !== undefined && typeof session !== "string") throw new Refusal("bad-envelope");
  return { session, frame: parseValue(value) };
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch (cause) {
    throw new Refusal("bad-json", { cause });
  }
}

function parseForm(body: Buffer): Post {
  const fields = new URLSearchParams(body.toString());
  const [event, data] = [fields.getAll("event"), fields.getAll("data")];
  if (event.length !== 1 || data.length !== 1) throw new Refusal("bad-form");
  return { session: single(fields, "session"), frame: parseValue({ event: event[0], data: data[0] }) };
}
