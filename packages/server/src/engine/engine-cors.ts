/**
 * CORS for Engine.IO requests, with the options and the behaviour of the package `cors` (Fetch standard, "CORS protocol"): it
 * only tells browsers, as Socket.IO's does. The policy of the plain wire is plain/cors.ts.
 */

import type { IncomingMessage, ServerResponse } from "node:http";
import { readEngineRequest, saysOurs } from "./handshake-request.ts";

export type StaticOrigin = boolean | string | RegExp | (boolean | string | RegExp)[];

export type CustomOrigin = (
  requestOrigin: string | undefined,
  callback: (error: Error | null, origin?: StaticOrigin) => void,
) => void;

export interface CorsOptions {
  /** @default "*" */
  origin?: StaticOrigin | CustomOrigin | undefined;
  /** @default "GET,HEAD,PUT,PATCH,POST,DELETE" */
  methods?: string | string[] | undefined;
  /** @default what the request asks for */
  allowedHeaders?: string | string[] | undefined;
  /** The same, as older programs call it. */
  headers?: string | string[] | undefined;
  exposedHeaders?: string | string[] | undefined;
  /** @default false */
  credentials?: boolean | undefined;
  /** Seconds. */
  maxAge?: number | undefined;
  /** @default false */
  preflightContinue?: boolean | undefined;
  /** @default 204 */
  optionsSuccessStatus?: number | undefined;
}

export type CorsOptionsDelegate = (
  request: IncomingMessage,
  callback: (error: Error | null, options?: CorsOptions) => void,
) => void;

/** Of a response, what is set here; for an upgrade, what becomes of its answer. */
type CorsResponse = Pick<ServerResponse, "getHeader" | "setHeader" | "end" | "statusCode">;

type CorsMiddleware = (request: IncomingMessage, response: CorsResponse, next: (error?: unknown) => void) => void;

const defaults = {
  origin: "*",
  methods: "GET,HEAD,PUT,PATCH,POST,DELETE",
  preflightContinue: false,
  optionsSuccessStatus: 204,
} as const satisfies CorsOptions;

/** What is known of one request: whether its origin is allowed was asked already. */
interface Decided extends Omit<CorsOptions, "origin"> {
  readonly origin: StaticOrigin;
}

/** Sets the headers of an answer, and answers preflights. A function decides anew for each request. */
export function corsMiddleware(given: CorsOptions | CorsOptionsDelegate): CorsMiddleware {
  return (request, response, next) => {
    const decide = (error: Error | null, options?: CorsOptions): void => {
      if (error) next(error);
      else
        withOrigin({ ...defaults, ...options }, request, (failure, decided) => {
          if (decided === undefined) next(failure);
          else apply(decided, { request, response, next });
        });
    };
    if (typeof given === "function") given(request, decide);
    else decide(null, given);
  };
}

/** @param done told of no options where the origin is left without headers */
function withOrigin(
  options: CorsOptions,
  request: IncomingMessage,
  done: (error: Error | null, decided?: Decided) => void,
): void {
  const { origin } = options;
  if (typeof origin !== "function") return done(null, origin ? { ...options, origin } : undefined);
  origin(request.headers.origin, (error, allowed) => {
    done(error, error || !allowed ? undefined : { ...options, origin: allowed });
  });
}

interface Visit {
  readonly request: IncomingMessage;
  readonly response: CorsResponse;
  readonly next: (error?: unknown) => void;
}

function apply(options: Decided, { request, response, next }: Visit): void {
  const isPreflight = request.method === "OPTIONS";
  setOrigin(options.origin, request, response);
  if (options.credentials === true) response.setHeader("Access-Control-Allow-Credentials", "true");
  set(response, "Access-Control-Expose-Headers", exposedTo(request, listOf(options.exposedHeaders)));
  if (!isPreflight) return next();
  setPreflight(options, request, response);
  if (options.preflightContinue) return next();
  response.statusCode = options.optionsSuccessStatus ?? defaults.optionsSuccessStatus;
  response.setHeader("Content-Length", "0"); // some browsers wait for a body else
  response.end();
}

function setOrigin(allowed: StaticOrigin, { headers: { origin } }: IncomingMessage, response: CorsResponse): void {
  if (allowed === "*") return set(response, "Access-Control-Allow-Origin", "*");
  vary(response, "Origin");
  if (typeof allowed === "string") set(response, "Access-Control-Allow-Origin", allowed);
  else if (isAllowed(origin, allowed)) set(response, "Access-Control-Allow-Origin", origin);
}

function isAllowed(origin: string | undefined, rule: StaticOrigin): boolean {
  if (Array.isArray(rule)) return rule.some((one) => isAllowed(origin, one));
  if (typeof rule === "string") return origin === rule;
  return rule instanceof RegExp ? rule.test(origin ?? "") : rule;
}

function setPreflight(options: Decided, { headers }: IncomingMessage, response: CorsResponse): void {
  const { methods, headers: named, allowedHeaders = named, maxAge } = options;
  set(response, "Access-Control-Allow-Methods", listOf(methods));
  if (allowedHeaders === undefined) vary(response, "Access-Control-Request-Headers");
  set(response, "Access-Control-Allow-Headers", listOf(allowedHeaders) ?? headers["access-control-request-headers"]);
  set(response, "Access-Control-Max-Age", maxAge === undefined ? undefined : String(maxAge));
}

/** A client of ours obeys `Retry-After`, which browsers hide from it else. */
function exposedTo(request: IncomingMessage, exposed: string | undefined): string | undefined {
  if (!saysOurs(readEngineRequest(request)._query)) return exposed;
  if (exposed === undefined || exposed === "") return "Retry-After";
  return /(^|,)\s*retry-after\s*(,|$)/i.test(exposed) ? exposed : `${exposed},Retry-After`;
}

function listOf(names: string | string[] | undefined): string | undefined {
  return Array.isArray(names) ? names.join(",") : names;
}

function set(response: CorsResponse, name: string, value: string | undefined): void {
  if (value) response.setHeader(name, value);
}

function vary(response: CorsResponse, name: string): void {
  const present = String(response.getHeader("Vary") ?? "");
  const names = present.split(",").map((each) => each.trim().toLowerCase());
  if (names.includes("*") || names.includes(name.toLowerCase())) return;
  response.setHeader("Vary", present === "" ? name : `${present}, ${name}`);
}
