/** CORS for Engine.IO requests, with the options and the behaviour of the package `cors` (Fetch standard, "CORS protocol"). */

import type { IncomingMessage } from "node:http";

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
