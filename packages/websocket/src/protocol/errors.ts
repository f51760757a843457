/** Every way a peer can break the protocol: the program's code, the close code or HTTP status, the text. */

/** Frames and messages. `{}` in a text is what broke the rule. Codes, bases and texts are those of ws where it has one. */
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
  WS_ERR_TOO_MANY_BUFFERED_PARTS: [RangeError, 1008, "Too many {}"],
  WS_ERR_MEMORY_BUDGET: [RangeError, 1013, "Too much memory is held for unfinished messages"],
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

export function createProtocolError(code: ErrorCode, detail: number | string = 0): ProtocolError {
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

/** One rule of the RFC on one line: throws `code` unless it holds. `detail` is what the text shows. */
export function must(holds: boolean, code: ErrorCode, detail?: number | string): asserts holds {
  if (!holds) throw createProtocolError(code, detail);
}

/** Requests for a WebSocket that a server refuses (RFC 6455 §4.2): the status, the text, headers of the answer. */
const refusals = {
  WS_ERR_HANDSHAKE_METHOD: [405, "Invalid HTTP method", { Allow: "GET" }], // RFC 9110 §15.5.6
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
  /** The answer of ws, which speaks version 8 too. */
  WS_ERR_HANDSHAKE_VERSION_13_OR_8: [
    400,
    "Missing or invalid Sec-WebSocket-Version header",
    { "Sec-WebSocket-Version": "13, 8" }, // §4.4
  ],
  WS_ERR_HANDSHAKE_PROTOCOL: [400, "Invalid Sec-WebSocket-Protocol header", {}],
  WS_ERR_HANDSHAKE_EXTENSIONS: [400, "Invalid or unacceptable Sec-WebSocket-Extensions header", {}],
} as const satisfies Record<string, readonly [status: number, text: string, headers: Readonly<Record<string, string>>]>;

export type HandshakeErrorCode = keyof typeof refusals;

/** The request is no valid opening handshake: `status` and `headers` are what the answer must say. */
export class HandshakeError extends Error {
  readonly code: HandshakeErrorCode;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: HandshakeErrorCode, options?: { readonly cause: unknown }) {
    const [status, text, headers] = refusals[code];
    super(text, options);
    this.code = code;
    this.status = status;
    this.headers = headers;
  }
}

/** Answers with which a client fails the connection (RFC 6455 §4.1). The texts are those of ws. */
const answerFaults = {
  WS_ERR_ANSWER_UPGRADE: "Invalid Upgrade header",
  WS_ERR_ANSWER_CONNECTION: "Invalid Connection header",
  WS_ERR_ANSWER_ACCEPT: "Invalid Sec-WebSocket-Accept header",
  WS_ERR_ANSWER_PROTOCOL_UNASKED: "Server sent a subprotocol but none was requested",
  WS_ERR_ANSWER_PROTOCOL: "Server sent an invalid subprotocol",
  WS_ERR_ANSWER_NO_PROTOCOL: "Server sent no subprotocol",
  WS_ERR_ANSWER_NO_EXTENSION_ASKED: "Server sent a Sec-WebSocket-Extensions header but no extension was requested",
  WS_ERR_ANSWER_EXTENSION_UNASKED: "Server indicated an extension that was not requested",
  WS_ERR_ANSWER_EXTENSIONS: "Invalid Sec-WebSocket-Extensions header",
  WS_ERR_ANSWER_NO_HTTP2: "The server does not speak HTTP/2",
  WS_ERR_ANSWER_NO_CONNECT: "The server does not offer WebSockets over HTTP/2",
} as const satisfies Record<string, string>;

export type AnswerErrorCode = keyof typeof answerFaults;

/** The server's answer opens no connection. */
export class AnswerError extends Error {
  readonly code: AnswerErrorCode;

  constructor(code: AnswerErrorCode, options?: { readonly cause: unknown }) {
    super(answerFaults[code], options);
    this.code = code;
  }
}
