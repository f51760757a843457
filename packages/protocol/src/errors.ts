/** Every way the codecs of this package refuse what they are given: code → message. */

const rules = {
  "bad-name": "the name of an event is a string without CR, LF and NUL",
  "bad-id": "an id is a string, not empty, not too long, without CR, LF and NUL",
  "bad-ack": "`ack` is a safe integer",
  "bad-args": "`args` is an array",
  "data-and-args": "`data` is the one argument, `args` are none or several: never both",
  "bad-error": "`error` has the strings `code` and `message`, and no arguments beside it",
  "not-an-envelope": "an envelope is an object with a string `event`, an answer one with an integer `ack`",
  "not-json": "the arguments cannot be written as JSON",
  "too-deep": "the arguments are nested too deeply, or in a circle",
} as const satisfies Record<string, string>;

export type PlainErrorCode = keyof typeof rules;

/** What should have been an event or an answer of the plain wire is none, on its way in or out. */
export class PlainError extends TypeError {
  override readonly name = "PlainError";
  readonly code: PlainErrorCode;

  constructor(code: PlainErrorCode, options?: { readonly cause: unknown }) {
    super(rules[code], options);
    this.code = code;
  }
}

/** One rule of the plain wire on one line: throws `code` unless it holds. */
export function must(holds: boolean, code: PlainErrorCode): asserts holds {
  if (!holds) throw new PlainError(code);
}

const engineRules = {
  empty: "a packet or a payload has at least one character or byte",
  "unknown-type": "a packet begins with one of the types 0 to 6",
  "bad-base64": "what follows `b` is base64 with padding",
  "bad-utf8": "text is UTF-8",
  "bad-length": "a packet of a payload has its kind and length before it, and is as long as that says",
  "holds-separator": "text that holds U+001E cannot be part of a payload, which it separates",
  "too-many-packets": "the payload has more packets than maxPackets",
  "too-long": "the packet is longer than maxPayload",
} as const satisfies Record<string, string>;

export type EngineErrorCode = keyof typeof engineRules;

/** What should have been Engine.IO packets is not, on its way in or out. */
export class EnginePacketError extends TypeError {
  override readonly name = "EnginePacketError";
  readonly code: EngineErrorCode;

  constructor(code: EngineErrorCode) {
    super(engineRules[code]);
    this.code = code;
  }
}

/** One rule of Engine.IO on one line: throws `code` unless it holds. */
export function engineMust(holds: boolean, code: EngineErrorCode): asserts holds {
  if (!holds) throw new EnginePacketError(code);
}

/** The texts are socket.io-parser's where it has one. */
const socketRules = {
  "unknown-type": "unknown packet type",
  "unknown-data": "Unknown type:",
  "bad-namespace": "invalid namespace: must not contain a comma",
  "bad-id": "invalid packet id",
  "bad-payload": "invalid payload",
  "too-deep": "the payload is nested too deeply, or in a circle",
  "bad-attachment-count": "Illegal attachments",
  "too-many-attachments": "too many attachments",
  "too-long-attachments": "the attachments of a packet are longer than maxAttachmentBytes",
  "bad-placeholder": "illegal attachments",
  "forged-placeholder": "beside binary data, an object with `_placeholder: true` would be taken for it",
  "unexpected-text": "got plaintext data when reconstructing a packet",
  "unexpected-binary": "got binary data when not reconstructing a packet",
  blob: "a Blob or File cannot be sent as it is: send its bytes",
} as const satisfies Record<string, string>;

export type SocketErrorCode = keyof typeof socketRules;

/** What should have been a Socket.IO packet is none, on its way in or out. */
export class SocketPacketError extends Error {
  override readonly name = "SocketPacketError";
  readonly code: SocketErrorCode;

  constructor(code: SocketErrorCode, detail?: string) {
    super(detail === undefined ? socketRules[code] : `${socketRules[code]} ${detail}`);
    this.code = code;
  }
}

/** One rule of Socket.IO on one line: throws `code` unless it holds. */
export function socketMust(holds: boolean, code: SocketErrorCode): asserts holds {
  if (!holds) throw new SocketPacketError(code);
}
