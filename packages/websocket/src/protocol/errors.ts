/** Every way a peer can break the protocol: the program's code, the close code or HTTP status, the text. */

/** Frames and messages. `{}` in a text is the number that broke the rule. Codes, bases and texts are those of ws where it has one. */
const rules = {
  WS_ERR_UNEXPECTED_RSV_1: [RangeError, 1002, "Invalid WebSocket frame: RSV1 must be clear"],
  WS_ERR_UNEXPECTED_RSV_2_3: [RangeError, 1002, "Invalid WebSocket frame: RSV2 and RSV3 must be clear"],
  WS_ERR_INVALID_OPCODE: [RangeError, 1002, "Invalid WebSocket frame: invalid opcode {}"],
  WS_ERR_EXPECTED_FIN: [RangeError, 1002, "Invalid WebSocket frame: FIN must be set"],
  WS_ERR_EXPECTED_MASK: [RangeError, 1002, "Invalid WebSocket frame: MASK must be set"],
  WS_ERR_UNEXPECTED_MASK: [RangeError, 1002, "Invalid WebSocket frame: MASK must be clear"],
  WS_ERR_INVALID_CONTROL_PAYLOAD_LENGTH: [RangeError, 1002, "Invalid WebSocket frame: invalid payload length {}"],
  WS_ERR_NON_MINIMAL_PAYLOAD_LENGTH: [RangeError, 1002, "Invalid WebSocket frame: length {} has a shorter encoding"],
  WS_ERR_INVALID_CLOSE_CODE: [RangeError, 1002, "Invalid WebSocket frame: invalid status code {}"],
  WS_ERR_INVALID_UTF8: [Error, 1007, "Invalid WebSocket frame: invalid UTF-8 sequence"],
  WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH: [RangeError, 1009, "Unsupported WebSocket frame: payload length > 2^53 - 1"],
  WS_ERR_UNSUPPORTED_MESSAGE_LENGTH: [RangeError, 1009, "Max payload size exceeded"],
} as const satisfies Record<string, readonly [base: ErrorConstructor, closeCode: number, text: string]>;

export type ErrorCode = keyof typeof rules;

/** Marks an error as the peer's fault. Known to this module alone, so nobody else's error is taken for one. */
const failsWith: unique symbol = Symbol("anywire.websocket.failsWith");

/** The peer broke the protocol: the connection fails with this close code (RFC 6455 §7.1.7). */
export interface ProtocolError extends Error {
  /** One of this table's, or the one that a marked error came with (`Z_DATA_ERROR`). */
  readonly code: string;
  readonly [failsWith]: number;
}

export function createProtocolError(code: ErrorCode, detail = 0): ProtocolError {
  const [Base, closeCode, text] = rules[code];
  return Object.assign(new Base(text.replace("{}", String(detail))), { code, [failsWith]: closeCode });
}

/** Marks an error that was not made here, such as zlib's, as the peer's fault. It keeps its class, code and text. */
export function peerError(error: Error, closeCode: number): Error {
  return Object.assign(error, { [failsWith]: closeCode });
}

export function isProtocolError(error: unknown): error is ProtocolError {
  return error instanceof Error && failsWith in error;
}

/** The close code that tells the peer what it broke. */
export function closeCodeOf(error: ProtocolError): number {
  return error[failsWith];
}

/** One rule of the RFC on one line: throws `code` unless it holds. `detail` is the number that the text shows. */
export function must(holds: boolean, code: ErrorCode, detail?: number): asserts holds {
  if (!holds) throw createProtocolError(code, detail);
}

/** Opening handshakes (RFC 6455 §4.2). */
const refusals = {
  WS_ERR_HANDSHAKE_METHOD: [405, "Invalid HTTP method", { Allow: "GET" }],
  WS_ERR_HANDSHAKE_HTTP_VERSION: [400, "Invalid HTTP version", {}],
  WS_ERR_HANDSHAKE_HOST: [400, "Missing or invalid Host header", {}],
  WS_ERR_HANDSHAKE_UPGRADE: [400, "Invalid Upgrade header", {}],
  WS_ERR_HANDSHAKE_CONNECTION: [400, "Invalid Connection header", {}],
  WS_ERR_HANDSHAKE_KEY: [400, "Missing or invalid Sec-WebSocket-Key header", {}],
  WS_ERR_HANDSHAKE_VERSION: [
    426,
    "Missing or invalid Sec-WebSocket-Version header",
    { Connection: "close, Upgrade", Upgrade: "websocket", "Sec-WebSocket-Version": "13" }, // §4.4, RFC 9110 §15.5.22
  ],
  WS_ERR_HANDSHAKE_PROTOCOL: [400, "Invalid Sec-WebSocket-Protocol header", {}],
} as const satisfies Record<string, readonly [status: number, text: string, headers: Readonly<Record<string, string>>]>;

export type HandshakeErrorCode = keyof typeof refusals;

/** The request is no valid opening handshake: `status` and `headers` are what the answer must say. */
export class HandshakeError extends Error {
  readonly code: HandshakeErrorCode;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: HandshakeErrorCode) {
    const [status, text, headers] = refusals[code];
    super(text);
    this.code = code;
    this.status = status;
    this.headers = headers;
  }
}
