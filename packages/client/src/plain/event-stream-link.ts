/** An EventSource as a link (wires: "SSE", "POST"): events come down the stream, and go up by POST, one at a time. */

import { type Frame, parseData, parseFrame } from "./frame.ts";
import type { Link, LinkOptions } from "./link.ts";
import type { EventSourceLike, StreamedEvent } from "./options.ts";

/** Names of the wire itself, and what has none. */
const names = ["anywire:open", "anywire:close", "anywire:event", "message"];

export function eventSource(dial: LinkOptions): Link {
  const { url, token, options, receive, end } = dial;
  const streamUrl = new URL(url);
  if (token) streamUrl.searchParams.set("token", token);
  const source: EventSourceLike = new (options.EventSource ?? globalThis.EventSource)(streamUrl.href);
  const hear = (name: string): void => source.addEventListener(name, heard);
  const heard = (event: StreamedEvent): void => {
    if (event.data !== undefined) receive(frameOf(event, event.data)); // the stream's own `open` and `error` have none
  };
  names.forEach(hear);
  source.onerror = () => {
    if (source.readyState < 2)
      end("transport close"); // left alone, it would come back with the session that it began with
    else explain(streamUrl, end).catch(() => end("transport error"));
  };
  let turn: Promise<unknown> = Promise.resolve();
  let isOpen = true;
  const send = (body: string, number?: number): void => {
    const posted = async (): Promise<unknown> => isOpen && post(dial, body, number).catch(() => end("transport error"));
    if (number === undefined) void posted();
    else turn = turn.then(posted);
  };
  const close = (): void => {
    isOpen = false;
    source.close();
  };
  return { send, hear, close };
}

function frameOf({ type, lastEventId: id }: StreamedEvent, data: string): Frame {
  if (type === "anywire:event") return parseFrame(data);
  return type === "message" ? { event: type, args: [data], id } : { ...parseData(data), event: type, id };
}

/** @param number of the event, if it is one */
async function post({ url, token, receive, end }: LinkOptions, body: string, number?: number): Promise<void> {
  const headers = { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) };
  const response = await fetch(url, { method: "POST", headers, body });
  const { ok, status } = response;
  const frame = parseFrame(await response.text());
  if (status === 200) receive(frame);
  else if (status === 400 || status === 413) receive({ ack: number, error: { code: codeOf(frame, status) } });
  else if (!ok) end(codeOf(frame, status)); // the next stream is told whether trying again is of use
}

/** A browser's EventSource does not say why it was refused: the same is asked once more. */
async function explain(url: URL, end: LinkOptions["end"]): Promise<void> {
  const response = await fetch(url);
  const { status } = response;
  if (status === 200) {
    await response.body?.cancel();
    end("transport error");
  } else end(codeOf(parseFrame(await response.text()), status), /^(204|4(?!08|29))/.test(`${status}`));
}

/** What the problem document (RFC 9457) says. */
function codeOf({ data }: Frame, status: number): string {
  try {
    return JSON.parse(data).code ?? `HTTP ${status}`;
  } catch {
    return `HTTP ${status}`;
  }
}
