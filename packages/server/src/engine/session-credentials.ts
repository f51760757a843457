/**
 * Who opened a session. The id of an EIO 3 session is the public id of its socket, so a request that names one must show what
 * the handshake has shown.
 */

import type { IncomingMessage } from "node:http";
import { type EngineQuery, readEngineRequest } from "./handshake-request.ts";

/** Parameters of the protocol, which differ from request to request; all others are the program's own. */
const protocolParameters: ReadonlySet<string> = new Set(["EIO", "transport", "sid", "t", "j", "b64", "anywire"]);

/** Characters of a cookie's value that is more than a setting: 64 bits in hexadecimal digits. */
const leastSecret = 16;

/** Whether `request` shows the Authorization header, the program's parameters and one of the cookies of `handshake`. */
export function showsTheSame(request: IncomingMessage, handshake: IncomingMessage): boolean {
  return (
    request.headers.authorization === handshake.headers.authorization &&
    hasParametersOf(readEngineRequest(request)._query, readEngineRequest(handshake)._query) &&
    hasCookieOf(request.headers.cookie, handshake.headers.cookie)
  );
}

function hasParametersOf(asked: EngineQuery, opened: EngineQuery): boolean {
  return Object.keys(opened).every((name) => protocolParameters.has(name) || asked[name] === opened[name]);
}

/** One is enough, since balancers and programs change theirs: one that nobody could have guessed, if there was any. */
function hasCookieOf(asked: string | undefined, opened: string | undefined): boolean {
  if (!opened) return true;
  const known = cookiesOf(opened);
  const secrets = known.filter(isSecret);
  const telling = new Set(secrets.length > 0 ? secrets : known);
  return cookiesOf(asked ?? "").some((cookie) => telling.has(cookie));
}

/** `lang=en` says nothing of who asks. */
function isSecret(cookie: string): boolean {
  return cookie.length - cookie.indexOf("=") > leastSecret;
}

function cookiesOf(header: string): string[] {
  return header.split(";").map((pair) => pair.trim());
}
