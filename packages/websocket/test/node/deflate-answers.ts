/** Answers of a `Deflate` as promises. */

import { Deflate, type DeflateSettings } from "../../src/node/deflate.ts";

export interface Outcome {
  error: Error | undefined;
  data: Buffer;
}

export function deflated(deflate: Deflate, plain: Buffer, fin = true): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    deflate.deflate(plain, fin, (error, data) => (error === undefined ? resolve(data) : reject(error)));
  });
}

export function inflated(deflate: Deflate, compressed: Buffer, maxPayload = 0): Promise<Outcome> {
  return new Promise((resolve) => {
    deflate.inflate(compressed, maxPayload, (error, data) => resolve({ error, data }));
  });
}

/** A server's, with nothing agreed on. */
export function fresh(settings: DeflateSettings = {}): Deflate {
  return new Deflate({}, settings, true);
}
