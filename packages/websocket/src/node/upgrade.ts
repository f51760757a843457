/** Answers to upgrade requests, HTTP/1.1 (RFC 9110 §7.8, RFC 6455 §4.2.2). */

import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";

/** RFC 9110 §5.5: what a field value is made of. */
const fieldValue = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Switches protocols. @throws {TypeError} if a value would break out of its header */
export function acceptUpgrade(stream: Duplex, headers: Readonly<Record<string, string>>): void {
  stream.write(`HTTP/1.1 101 Switching Protocols\r\n${formatHeaders(headers)}\r\n`, "latin1");
}

export interface Refusal {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Answers with a status and ends the connection. */
export function refuseUpgrade(stream: Duplex, { status, headers, body = STATUS_CODES[status] ?? "" }: Refusal): void {
  const head = formatHeaders({
    Connection: "close",
    "Content-Type": "text/html",
    "Content-Length": String(Buffer.byteLength(body)),
    ...headers,
  });
  stream.once("finish", () => stream.destroy());
  stream.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\n${head}\r\n${body}`);
}

function formatHeaders(headers: Readonly<Record<string, string>>): string {
  let text = "";
  for (const [name, value] of Object.entries(headers)) {
    if (!fieldValue.test(value)) throw new TypeError(`Invalid character in header ${name}`);
    text += `${name}: ${value}\r\n`;
  }
  return text;
}
