/** What a client says first, and which answer opens the connection. Pure. */

import { createHash } from "node:crypto";

/** Where the server of a round listens. */
export interface Target {
  readonly port: number;
  readonly path: string;
}

/** What the client offers beside the protocol, and which answers it can live with. */
export interface Extension {
  readonly offer: string | undefined;
  accepts(answer: string | undefined): boolean;
}

export const noExtension: Extension = { offer: undefined, accepts: (answer) => answer === undefined };

export interface Opening {
  readonly request: string;
  /** Judges the answer's head, without its blank line. */
  accepts(head: string): boolean;
}

/** The key of RFC 6455 §1.3. */
const sampleKey = "dGhlIHNhbXBsZSBub25jZQ==";

/** An opening handshake, RFC 6455 §4.1. */
export function webSocketOpening({ port, path }: Target, extension: Extension = noExtension, key = sampleKey): Opening {
  const fields = [
    `GET ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    `Sec-WebSocket-Key: ${key}`,
  ];
  if (extension.offer !== undefined) fields.push(`Sec-WebSocket-Extensions: ${extension.offer}`);
  const accept = acceptOf(key);
  return {
    request: `${fields.join("\r\n")}\r\n\r\n`,
    accepts: (head) =>
      head.startsWith("HTTP/1.1 101 ") &&
      fieldOf(head, "Sec-WebSocket-Accept") === accept &&
      extension.accepts(fieldOf(head, "Sec-WebSocket-Extensions")),
  };
}

/** A request for an event stream, and an answer that is one (WHATWG HTML §9.2.3), in chunks (RFC 9112 §7.1). */
export function eventStreamOpening({ port, path }: Target): Opening {
  return {
    request: `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAccept: text/event-stream\r\n\r\n`,
    accepts: (head) =>
      head.startsWith("HTTP/1.1 200 ") &&
      /^text\/event-stream(;|$)/.test(fieldOf(head, "Content-Type") ?? "") &&
      fieldOf(head, "Transfer-Encoding") === "chunked" &&
      fieldOf(head, "Content-Encoding") === undefined,
  };
}

/** The answer to a client's opening that agrees to no extension. */
export function webSocketAnswer(head: string): string {
  const key = fieldOf(head, "Sec-WebSocket-Key") ?? "";
  const fields = ["HTTP/1.1 101 Switching Protocols", "Connection: Upgrade", "Upgrade: websocket"];
  return `${[...fields, `Sec-WebSocket-Accept: ${acceptOf(key)}`].join("\r\n")}\r\n\r\n`;
}

/** RFC 6455 §4.2.2, 5. */
function acceptOf(key: string): string {
  return createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
}

function fieldOf(head: string, name: string): string | undefined {
  const prefix = `${name.toLowerCase()}:`;
  const line = head.split("\r\n").find((text) => text.toLowerCase().startsWith(prefix));
  return line?.slice(prefix.length).trim();
}
