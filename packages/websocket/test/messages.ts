/** What a test waits for: messages of a peer, errors that nobody catches. */

import assert from "node:assert/strict";
import type { WebSocket as Peer, RawData } from "ws";

/** The next `count` messages, as text or as bytes. */
export async function messages(peer: Peer, count: number): Promise<(string | Buffer)[]> {
  const got: (string | Buffer)[] = [];
  const { promise, resolve } = deferred();
  peer.on("message", (data: RawData, isBinary: boolean) => {
    assert.ok(Buffer.isBuffer(data));
    got.push(isBinary ? data : data.toString());
    if (got.length === count) resolve();
  });
  await promise;
  return got;
}

export function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

/** The next error that nobody catches, before the test runner sees it. */
export function uncaughtError(): Promise<unknown> {
  return new Promise((resolve) => {
    process.setUncaughtExceptionCaptureCallback((error) => {
      process.setUncaughtExceptionCaptureCallback(null);
      resolve(error);
    });
  });
}
