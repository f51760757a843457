/** Sessions for handlers that take a Request and return a Response (Fetch §5.4, §5.5): Hono, Next, Deno, Bun. */

import { heartbeats } from "./heartbeats.ts";
import { lastEventIdOf } from "./node/last-event-id.ts";
import { resolveSessionOptions, type SessionOptions } from "./options.ts";
import { must } from "./protocol/errors.ts";
import type { StreamHeaders } from "./protocol/stream-headers.ts";
import { Session } from "./session.ts";
import { type EndSignal, ResponseBody } from "./web/response.ts";

/** What is read of a Request, of whatever make. */
export interface FetchRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: { get(name: string): string | null };
  /** Aborted when the client has gone, where the platform tells. */
  readonly signal?: EndSignal | null | undefined;
}

/** What to do with a session. The stream stays open when it returns or resolves; `session.close()` ends it. */
export type SessionCallback<State = undefined> = (session: Session<State>) => unknown;

type Given<State> =
  | [callback: SessionCallback<State>]
  | [options: SessionOptions<State>, callback: SessionCallback<State>];

/**
 * Makes a response that is an event stream. The callback is called before it is returned, and what it pushes is what the
 * body begins with. What the callback throws is thrown; when it returns a promise that rejects, the body fails with that
 * reason, which the platform reports in its way, and the client comes back. To HEAD, the session is closed from the beginning.
 * @throws {EventStreamError} bad-callback, bad-options, bad-status, bad-header, bad-heartbeat, bad-retry, bad-buffered-bytes, bad-buffered-age
 */
export function createResponse<State = undefined>(request: FetchRequest, callback: SessionCallback<State>): Response;
export function createResponse<State = undefined>(
  request: FetchRequest,
  options: SessionOptions<State>,
  callback: SessionCallback<State>,
): Response;
export function createResponse<State>(request: FetchRequest, ...given: Given<State>): Response {
  const [options, callback] = given.length === 1 ? [{}, given[0]] : given;
  must(typeof callback === "function", "bad-callback");
  const { status, headers, ...limits } = resolveSessionOptions(options);
  const isHead = request.method === "HEAD"; // its answer is the head alone (RFC 9110 §9.3.2)
  const body = new ResponseBody(signalOf(request));
  const session = new Session<State>({
    open: (handler) => body.open(handler),
    lastEventId: lastEventIdOf(nodeRequestOf(request)),
    heartbeats,
    options: limits,
  });
  if (isHead) session.destroy();
  begin(session, body, callback);
  return new Response(isHead ? null : body.stream, { status, headers: headersOf(headers) });
}

function begin<State>(session: Session<State>, body: ResponseBody, callback: SessionCallback<State>): void {
  try {
    Promise.resolve(callback(session)).catch((reason: unknown) => {
      body.fail(reason);
      session.destroy();
    });
  } catch (error) {
    session.destroy();
    throw error;
  }
}

/** Deno's is aborted by every end, and it warns of who looks at it; it cancels the body of a client that has gone. */
function signalOf(request: FetchRequest): EndSignal | undefined {
  return "Deno" in globalThis ? undefined : (request.signal ?? undefined);
}

function headersOf(given: StreamHeaders): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(given)) {
    for (const single of typeof value === "object" ? value : [value]) headers.append(name, single);
  }
  return headers;
}

function nodeRequestOf({ url, headers }: FetchRequest): Parameters<typeof lastEventIdOf>[0] {
  return { url, headers: { "last-event-id": headers.get("last-event-id") ?? undefined } };
}
