/**
 * Which other origins may connect (option `plain.cors`), and what their browsers are told (Fetch standard, §3.3 "CORS protocol").
 * A policy: who is not let in is refused. Socket.IO's `cors`, which only tells browsers, is engine/engine-cors.ts.
 */

import { parseOrigin } from "./serialized-origin.ts";

type OriginRule = string | RegExp | readonly (string | RegExp)[] | true | OriginFunction;

/** Decides about an origin; it is named by being decided about, so credentials may be allowed. */
type OriginFunction = (origin: string) => boolean | Promise<boolean>;

export interface PlainCorsOptions {
  /**
   * `"https://example.com"`, an expression that the whole origin is to match, a list of these, a function,
   * or `true` (the same as `"*"`): every origin, without credentials.
   */
  readonly origin: OriginRule;
  /** Cookies count, and browsers may send them. Only for named origins. @default false */
  readonly credentials?: boolean;
}

/** What is granted to an origin. */
export interface CorsGrant {
  /** `Access-Control-Allow-Origin` */
  readonly allowOrigin: string;
  readonly credentials: boolean;
}

/** @returns undefined for an origin that may not connect */
export type CorsPolicy = (origin: string) => Promise<CorsGrant | undefined>;

/** @throws {TypeError} for a rule that cannot be judged by, or credentials for every origin */
export function resolveCors(options: PlainCorsOptions | undefined): CorsPolicy {
  if (options === undefined) return async () => undefined;
  const { origin, credentials = false } = options;
  const isAny = origin === true || origin === "*" || (Array.isArray(origin) && origin.includes("*"));
  if (isAny) {
    if (credentials)
      throw new TypeError("plain.cors.credentials needs named origins: browsers refuse them with any origin");
    return async () => ({ allowOrigin: "*", credentials: false });
  }
  const allows = typeof origin === "function" ? origin : matcherOf(origin);
  return async (asked) => ((await allows(asked)) === true ? { allowOrigin: asked, credentials } : undefined);
}

function matcherOf(rule: OriginRule): (origin: string) => boolean {
  const rules: readonly unknown[] = Array.isArray(rule) ? rule : [rule];
  const matchers = rules.map(singleMatcher);
  return (origin) => matchers.some((matches) => matches(origin));
}

function singleMatcher(rule: unknown): (origin: string) => boolean {
  if (typeof rule === "string") return exactMatcher(rule);
  // The whole origin, so that /example\.com/ does not let example.com.evil.test in; a copy, so that `g` keeps no state
  if (rule instanceof RegExp) {
    const whole = new RegExp(`^(?:${rule.source})$`, rule.flags.replace(/[gym]/g, ""));
    return (origin) => whole.test(origin);
  }
  throw new TypeError("plain.cors.origin must be a string, a RegExp, a list of these, a function or true");
}

function exactMatcher(rule: string): (origin: string) => boolean {
  const named = parseOrigin(rule);
  if (named === undefined) throw new TypeError(`plain.cors.origin must be like "https://example.com", not "${rule}"`);
  return (origin) => origin === named;
}

/** Headers with which a browser lets the page read the answer. */
export function corsHeaders(grant: CorsGrant | undefined): Record<string, string> {
  if (grant === undefined) return {};
  return {
    "Access-Control-Allow-Origin": grant.allowOrigin,
    ...(grant.credentials ? { "Access-Control-Allow-Credentials": "true" } : {}),
    "Access-Control-Expose-Headers": "Retry-After",
  };
}

/** Headers of the answer to a preflight. */
export function preflightHeaders(grant: CorsGrant | undefined): Record<string, string> {
  if (grant === undefined) return {};
  return {
    ...corsHeaders(grant),
    "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
    "Access-Control-Allow-Headers": "Authorization, Cache-Control, Content-Type, Last-Event-ID",
    "Access-Control-Max-Age": "600",
  };
}
