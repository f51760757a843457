/**
 * What carries a socket: a WebSocket (wires: "Envelope"), or an EventSource whose events are envelopes, with POSTs for the other
 * direction (wires: "SSE", "POST"). Ended with a number: a close code of WebSocket, which 1006 is for all that breaks, or an HTTP status.
 */

import type { Anything } from "@anywire/protocol/emitter";

/** The standard's class WebSocket or EventSource, or one with its face. A WebSocket is what has a `send`. */
export interface PlainTransport {
  new (url: string, protocols: Anything): SourceLike;
  readonly prototype: Anything;
}

/** The part of the two that is used. */
export interface SourceLike {
  readonly readyState: number;
  onmessage: Anything;
  onerror: Anything;
  close(): void;
}

export interface Link {
  /** @param number of the event, so that POSTs keep the order; an answer has none, and overtakes what waits */
  send(text: string, number?: number): void;
  close(): void;
}

interface LinkOptions {
  /** Of the endpoint, with all of the query. It learns the session once that is known. */
  readonly url: URL;
  /** A PlainTransport. Undefined, where the platform has none, throws as what is no such class does. */
  readonly Transport: Anything;
  receive(data: unknown): void;
  /** It is over; may be called more than once. */
  end(code: unknown): void;
}

export function openLink({ url, Transport, receive, end }: LinkOptions): Link {
  const isSocket = Transport.prototype.send;
  // what names a WebSocket's protocols means nothing to an EventSource
  const source: Anything = new Transport(url.href.replace(/^http/, isSocket ? "ws" : "http"), ["anywire.v1"]);
  let turn: Promise<unknown> = Promise.resolve();
  source.binaryType = "arraybuffer";
  source.onmessage = ({ data }: Anything) => receive(data);
  source.onclose = ({ code }: Anything) => end(code);
  source.onerror = () => isSocket || (source.readyState < 2 ? end(1006) : request()); // left alone, it would begin anew
  /** Without a body it asks for the stream once more: an EventSource does not say why it was refused. */
  const request = async (init?: RequestInit): Promise<void> => {
    try {
      const response = await fetch(url, init);
      const { status } = response;
      if (!init || status > 204) end(status);
      else if (status < 204) receive(await response.text());
    } catch {
      end(1006);
    }
  };
  const send = (body: string, number?: number): void => {
    const post = (): unknown =>
      source.readyState < 2 && request({ method: "POST", body, headers: { "content-type": "application/json" } });
    if (number) turn = turn.then(post);
    else post();
  };
  return isSocket ? source : { send, close: () => source.close() };
}
