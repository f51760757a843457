/** Whether a server takes WebSockets over HTTP/2: its SETTINGS say so (RFC 8441 §3). */

import type { ClientHttp2Session } from "node:http2";
import { AnswerError } from "../protocol/errors.ts";

type Callback = (error: Error | undefined) => void;

const waiting = new WeakMap<ClientHttp2Session, Callback[]>();

/** Calls back when the session can open a WebSocket, or never will: maybe at once. */
export function whenReady(session: ClientHttp2Session, callback: Callback): void {
  if (session.closed || session.destroyed) return callback(new Error("The HTTP/2 session is closed"));
  if (isOffered(session)) return callback(undefined);
  const others = waiting.get(session);
  if (others !== undefined) others.push(callback);
  else {
    waiting.set(session, [callback]);
    wait(session);
  }
}

function isOffered(session: ClientHttp2Session): boolean {
  return !session.connecting && session.remoteSettings?.enableConnectProtocol === true;
}

/** SETTINGS are the first that a server sends (RFC 9113 §3.4): they are there when it answers a PING. */
function wait(session: ClientHttp2Session): void {
  const ask = (): void => {
    if (session.destroyed) return; // the reason follows
    session.ping((failed) => {
      if (isOffered(session)) settle(undefined);
      else if (failed === null)
        settle(new AnswerError("WS_ERR_ANSWER_NO_CONNECT")); // RFC 8441 §3
      else if (!session.destroyed) settle(failed);
    });
  };
  const broken = (cause: Error): void => settle(errorOf(cause));
  const closed = (): void => settle(new Error("The HTTP/2 session was closed before it was ready"));
  const settle: Callback = (error) => {
    session.off("connect", ask).off("error", broken).off("close", closed);
    const callbacks = waiting.get(session) ?? [];
    waiting.delete(session);
    for (const callback of callbacks) callback(error);
  };
  session.on("error", broken).on("close", closed);
  if (session.connecting) session.on("connect", ask);
  else ask();
}

/** What an error of the session means before its first SETTINGS: that the other end speaks something else. */
function errorOf(cause: Error & { readonly code?: unknown }): Error {
  const { code } = cause;
  const other = code === "ERR_HTTP2_ERROR" || code === "ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL";
  return other ? new AnswerError("WS_ERR_ANSWER_NO_HTTP2", { cause }) : cause;
}
