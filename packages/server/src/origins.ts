/** Option `origins` of Socket.IO 2: who may connect, in the words of `cors`. */

import type { CorsOptions } from "./engine/engine-cors.ts";
import type { AllowRequest } from "./engine/engine-options.ts";

/** Calls back with whether the origin may connect. */
export type JudgeOrigin = (origin: string, decide: (error: unknown, isAllowed: boolean) => void) => void;

/** `"*:*"`, `"http://a.example:80 b.example:*"`, a list of such, or a function. */
export type Origins = string | readonly string[] | JudgeOrigin;

/** The answer carries the origin itself, and credentials are allowed, as with Socket.IO 2. */
export function corsOfOrigins(origins: Origins): CorsOptions {
  return { origin: typeof origins === "function" ? judgedBy(origins) : listed(origins), credentials: true };
}

/** Refuses requests of other origins, which `cors` would leave to the browser, then asks the program. */
export function allowOrigins(origins: Origins, allowRequest: AllowRequest | undefined): AllowRequest {
  const judge = typeof origins === "function" ? judgedBy(origins) : listed(origins);
  return (request, decide) => {
    judge(request.headers.origin, (error, isAllowed) => {
      if (error !== null || isAllowed !== true) decide("origin not allowed", false);
      else if (allowRequest === undefined) decide(null, true);
      else allowRequest(request, decide);
    });
  };
}

type CorsOrigin = (origin: string | undefined, decide: (error: Error | null, isAllowed?: boolean) => void) => void;

function judgedBy(judge: JudgeOrigin): CorsOrigin {
  return (origin, decide) =>
    judge(origin ?? "*", (error, isAllowed) => decide(error instanceof Error ? error : null, !error && isAllowed));
}

function listed(origins: string | readonly string[]): CorsOrigin {
  const patterns = new Set(typeof origins === "string" ? origins.split(/\s+/) : origins);
  const isOpen = patterns.has("*") || patterns.has("*:*");
  return (origin, decide) =>
    decide(null, isOpen || origin === undefined || formsOf(origin).some((form) => patterns.has(form)));
}

/** All that a pattern may call it. */
function formsOf(origin: string): string[] {
  if (!URL.canParse(origin)) return [];
  const { protocol, hostname, port } = new URL(origin);
  const number = port || (protocol === "https:" ? "443" : "80");
  const names = [hostname, `${protocol}//${hostname}`];
  return [origin, `*:${number}`, ...names.flatMap((name) => [name, `${name}:${number}`, `${name}:*`])];
}
