/** What a program says when it closes: "validate close code and reason" and "close the WebSocket" of WHATWG WebSockets. */

const empty = Buffer.alloc(0);

export interface CloseInfo {
  /** Null for none. */
  readonly code: number | null;
  readonly reason: string;
}

/** No code goes with no reason: then nothing is said. @throws {DOMException} InvalidAccessError, SyntaxError */
export function validateClose({ code, reason }: CloseInfo): CloseInfo {
  if (code !== null && code !== 1000 && !(code >= 3000 && code <= 4999)) {
    throw new DOMException(`The close code must be 1000, or from 3000 to 4999: ${code}`, "InvalidAccessError");
  }
  if (Buffer.byteLength(reason) > 123) {
    throw new DOMException("The reason must not be longer than 123 bytes", "SyntaxError"); // RFC 6455 §5.5
  }
  return code === null && reason !== "" ? { code: 1000, reason } : { code, reason };
}

/** The payload of a close frame (RFC 6455 §5.5.1). */
export function closePayload({ code, reason }: CloseInfo): Buffer {
  if (code === null) return empty;
  const payload = Buffer.alloc(2 + Buffer.byteLength(reason));
  payload.writeUInt16BE(code);
  payload.write(reason, 2);
  return payload;
}
