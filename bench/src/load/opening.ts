/** What a client says first, and which answer opens the connection. Pure. */

/** Where the server under test listens. */
export interface Target {
  readonly port: number;
  readonly path: string;
}

export interface Opening {
  readonly request: string;
  /** Judges the answer's head, without its blank line. */
  accepts(head: string): boolean;
}

/** The opening handshake with the key and the accept value of RFC 6455 §1.3. */
export function webSocketOpening({ port, path }: Target): Opening {
  const fields = [
    `GET ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
  ];
  return {
    request: `${fields.join("\r\n")}\r\n\r\n`,
    accepts: (head) => head.startsWith("HTTP/1.1 101 ") && head.includes("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="),
  };
}
