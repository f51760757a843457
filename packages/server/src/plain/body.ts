/** The body of a POST of the plain wire, as a promise (wires: "POST"). */

import type { IncomingMessage } from "node:http";
import { Refusal } from "../errors.ts";
import { type BodyFailure, type BodyLimits, RequestBody } from "../request-body.ts";

const refusals = { "too-large": "too-large", "too-slow": "body-too-slow" } as const;

/**
 * @returns undefined if the client went away meanwhile
 * @throws {Refusal} too-large, body-too-slow; the connection is then of little further use (see `endOnceRead`)
 */
export function readBody(request: IncomingMessage, limits: BodyLimits): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const failed = (failure: BodyFailure): void => {
      if (failure === "aborted") resolve(undefined);
      else reject(new Refusal(refusals[failure]));
    };
    new RequestBody(request, limits, { received() {}, complete: resolve, failed }).read();
  });
}
