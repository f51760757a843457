/** Answers to requests for a WebSocket over HTTP/2 (RFC 8441 §5). */

import type { OutgoingHttpHeaders, ServerHttp2Stream } from "node:http2";
import type { Duplex } from "node:stream";
import { isOfConnection, isServerStream, resetAtEnd } from "./http2-stream.ts";
import { type Agreed, checkLines, type Refusal, refusalOf, SocketAnswer, type UpgradeAnswer } from "./upgrade.ts";

/** As the stream can give it. */
export function answerOn(stream: Duplex): UpgradeAnswer {
  return isServerStream(stream) ? new StreamAnswer(stream) : new SocketAnswer(stream);
}

/** Node ends the stream itself (RFC 9110 §15). */
const withoutContent: ReadonlySet<number> = new Set([204, 205, 304]);

class StreamAnswer implements UpgradeAnswer {
  private readonly stream: ServerHttp2Stream;

  constructor(stream: ServerHttp2Stream) {
    this.stream = stream;
  }

  /** Lines as of HTTP/1.1, for listeners that add to them. No key was sent: nothing proves that it was understood. */
  head({ protocol, extensions }: Agreed): string[] {
    const lines = ["HTTP/2 200 OK"];
    if (protocol !== "") lines.push(`Sec-WebSocket-Protocol: ${protocol}`);
    if (extensions !== "") lines.push(`Sec-WebSocket-Extensions: ${extensions}`);
    return lines;
  }

  accept([, ...lines]: readonly string[]): void {
    this.stream.respond({ ":status": 200, ...fieldsOf(lines) });
  }

  /** Nothing, if the client has gone meanwhile. Early frames are thrown away: until they are read, the stream would not close. */
  refuse(refusal: Refusal): void {
    const { stream } = this;
    const { status, lines, content } = refusalOf(refusal);
    const fields = fieldsOf(lines);
    if (withoutContent.has(status)) delete fields["content-length"]; // RFC 9110 §8.6
    if (stream.destroyed || stream.closed || stream.headersSent) return;
    resetAtEnd(stream);
    stream.respond({ ":status": status, ...fields });
    if (!stream.writableEnded) stream.end(content);
    stream.resume();
  }
}

/** @throws {TypeError} if a line would break out of its place */
function fieldsOf(lines: readonly string[]): OutgoingHttpHeaders {
  checkLines(lines);
  const fields: Record<string, string | string[]> = Object.create(null);
  for (const line of lines) {
    const colon = line.indexOf(":");
    const name = line.slice(0, colon).toLowerCase();
    if (isOfConnection(name)) continue;
    const value = line.slice(colon + 1).trim();
    const earlier = fields[name];
    fields[name] = earlier === undefined ? value : [earlier, value].flat();
  }
  return fields;
}
