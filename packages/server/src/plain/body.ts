/** The body of a POST, read with a limit and a deadline, whatever its headers say about its length. */

import type { IncomingMessage, ServerResponse } from "node:http";
import { Refusal } from "../errors.ts";

export interface BodyLimits {
  readonly maxBytes: number;
  /** Milliseconds in which it has to be there. */
  readonly timeout: number;
}

/**
 * @returns undefined if the client went away meanwhile
 * @throws {Refusal} too-large, body-too-slow; the connection is then of little further use (see `endOnceRead`)
 */
export function readBody(request: IncomingMessage, { maxBytes, timeout }: BodyLimits): Promise<Buffer | undefined> {
  if (Number(request.headers["content-length"] ?? 0) > maxBytes) return Promise.reject(new Refusal("too-large"));
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const settle = (error: Refusal | undefined, body: Buffer | undefined): void => {
      clearTimeout(timer);
      request.off("data", take).off("end", finish).off("close", leave);
      if (error === undefined) resolve(body);
      else reject(error);
    };
    const take = (chunk: Buffer): void => {
      size += chunk.length;
      if (size > maxBytes) settle(new Refusal("too-large"), undefined);
      else chunks.push(chunk);
    };
    const finish = (): void => settle(undefined, Buffer.concat(chunks, size));
    const leave = (): void => settle(undefined, undefined);
    const timer = setTimeout(() => settle(new Refusal("body-too-slow"), undefined), timeout);
    request.on("data", take).on("end", finish).on("close", leave);
    request.on("error", () => {}); // `close` follows
  });
}

/** Milliseconds that a refused body may still take. */
const discardTimeout = 5_000;

/**
 * Ends an answer that was given, and written, before the body was there. The rest of the body is read first: a connection
 * closed with unread data is reset, and the client might never see the answer. Who is not done in time is cut off.
 */
export function endOnceRead(request: IncomingMessage, response: ServerResponse): void {
  if (request.complete || request.destroyed) {
    response.end();
    return;
  }
  const timer = setTimeout(() => response.destroy(), discardTimeout);
  response.once("close", () => clearTimeout(timer));
  request.once("end", () => response.end());
  request.resume();
}
