/** Answers to upgrade requests on HTTP/1.1 (RFC 9110 §7.8, RFC 6455 §4.2.2), and the face that every kind of answer has. */

import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";

export type HeaderValue = string | number | readonly string[] | undefined;

export interface Refusal {
  /** From 200 to 999. */
  readonly status: number;
  /** Beside, or in place of, `Connection`, `Content-Type: text/html` and `Content-Length`. A list is a line for each. */
  readonly headers?: Readonly<Record<string, HeaderValue>> | null | undefined;
  /** @default the name of the status */
  readonly body?: string | undefined;
}

/** What an accepted handshake says. */
export interface Agreed {
  /** Sec-WebSocket-Accept (RFC 6455 §4.2.2, 5.4). */
  readonly accept: string;
  /** "" for none. */
  readonly protocol: string;
  /** "" for none. */
  readonly extensions: string;
}

/** The answer to one request to open a WebSocket. Nothing was written before. */
export interface UpgradeAnswer {
  /** The head of a good answer, line by line: listeners may change it before `accept` writes it. */
  head(agreed: Agreed): string[];
  /** @throws {TypeError} if a line would break out of its place; then nothing is written */
  accept(head: readonly string[]): void;
  /** Answers with a status and ends the stream. @throws {TypeError} as `accept`, or for an impossible status */
  refuse(refusal: Refusal): void;
}

export class SocketAnswer implements UpgradeAnswer {
  private readonly stream: Duplex;

  constructor(stream: Duplex) {
    this.stream = stream;
  }

  head({ accept, protocol, extensions }: Agreed): string[] {
    const lines = [
      "HTTP/1.1 101 Switching Protocols",
      "Upgrade: websocket",
      "Connection: Upgrade",
      `Sec-WebSocket-Accept: ${accept}`,
    ];
    if (protocol !== "") lines.push(`Sec-WebSocket-Protocol: ${protocol}`);
    if (extensions !== "") lines.push(`Sec-WebSocket-Extensions: ${extensions}`);
    return lines;
  }

  accept(head: readonly string[]): void {
    this.stream.write(formatHead(head));
  }

  refuse(refusal: Refusal): void {
    const { status, reason, lines, content } = refusalOf(refusal);
    const head = formatHead([`HTTP/1.1 ${status} ${reason}`, ...lines]);
    this.stream.once("finish", this.stream.destroy);
    this.stream.end(head + content);
  }
}

/** No interim response, which would leave the client waiting (RFC 9110 §15.2). */
const finalStatus = /^[2-9]\d\d$/;

/** No control character but the tab: nothing that ends a line (RFC 9110 §5.5). */
const oneLine = /^[\t\x20-\x7e\x80-\u{10ffff}]*$/u;

/** @throws {TypeError} if one would break out of its place */
export function checkLines(lines: readonly string[]): void {
  for (const line of lines) {
    if (!oneLine.test(line))
      throw new TypeError(`Invalid character in header ${JSON.stringify(line.split(":", 1)[0])}`);
  }
}

function formatHead(lines: readonly string[]): string {
  checkLines(lines);
  return `${lines.join("\r\n")}\r\n\r\n`;
}

/** What a refusal says, in the terms of any HTTP. */
export interface RefusalParts {
  readonly status: number;
  readonly reason: string;
  /** Headers, a line each; not checked yet. */
  readonly lines: readonly string[];
  readonly content: string;
}

/** @throws {TypeError} for an impossible status */
export function refusalOf({ status, headers, body }: Refusal): RefusalParts {
  if (!finalStatus.test(String(status))) throw new TypeError(`Invalid status of a refusal: ${status}`);
  const reason = STATUS_CODES[status] ?? "";
  const content = body || reason;
  return { status, reason, lines: headerLines(content, headers ?? {}), content };
}

/** The name of a header means the same in any case (RFC 9110 §5.1): what the program says replaces ours. */
function headerLines(content: string, headers: Readonly<Record<string, HeaderValue>>): string[] {
  const fields = new Map<string, readonly [name: string, value: HeaderValue]>([
    ["connection", ["Connection", "close"]],
    ["content-type", ["Content-Type", "text/html"]],
    ["content-length", ["Content-Length", Buffer.byteLength(content)]],
  ]);
  for (const [name, value] of Object.entries(headers)) fields.set(name.toLowerCase(), [name, value]);
  return [...fields.values()].flatMap(([name, value]) =>
    value === undefined ? [] : [value].flat().map((item) => `${name}: ${item}`),
  );
}
