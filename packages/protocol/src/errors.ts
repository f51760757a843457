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

/** A code of a text speaks for itself: its message is the code in words, which browsers need not load. */
function inWords(code: string): string {
  return code.replaceAll("-", " ");
}

export type EngineErrorCode =
  /** A packet or a payload has at least one character or byte. */
  | "empty"
  /** A packet begins with one of the types 0 to 6. */
  | "unknown-type"
  /** What follows `b` is base64 with padding. */
  | "bad-base64"
  /** Text is UTF-8. */
  | "bad-utf8"
  /** A packet of a payload has its kind and length before it, and is as long as that says. */
  | "bad-length"
  /** Text that holds U+001E cannot be part of a payload, which it separates. */
  | "holds-separator"
  /** The payload has more packets than maxPackets. */
  | "too-many-packets"
  /** The packet is longer than maxPayload. */
  | "too-long";

/** What should have been Engine.IO packets is not, on its way in or out. */
export class EnginePacketError extends TypeError {
  override readonly name = "EnginePacketError";
  readonly code: EngineErrorCode;

  constructor(code: EngineErrorCode) {
    super(inWords(code));
    this.code = code;
  }
}

/** One rule of Engine.IO on one line: throws `code` unless it holds. */
export function engineMust(holds: boolean, code: EngineErrorCode): asserts holds {
  if (!holds) throw new EnginePacketError(code);
}

export type SocketErrorCode =
  /** A packet begins with one of the types 0 to 6: `detail` says with what. */
  | "unknown-type"
  /** Neither text nor binary data: `detail` says what. */
  | "unknown-data"
  /** A namespace holds no comma: what follows would be read as something else. */
  | "bad-namespace"
  /** The id of an ack is a safe integer. */
  | "bad-id"
  /** It is JSON, and what a packet of this type may carry. */
  | "bad-payload"
  /** The payload is nested too deeply, or in a circle. */
  | "too-deep"
  /** A binary packet says how many attachments it has, one or more. */
  | "bad-attachment-count"
  /** More than maxAttachments. */
  | "too-many-attachments"
  /** The attachments of a packet are longer than maxAttachmentBytes. */
  | "too-long-attachments"
  /** A placeholder names one of the attachments. */
  | "bad-placeholder"
  /** Beside binary data, an object with `_placeholder: true` would be taken for it. */
  | "forged-placeholder"
  /** A text came where an attachment should have come. */
  | "unexpected-text"
  /** Binary data came that no packet waits for. */
  | "unexpected-binary"
  /** A Blob or File cannot be sent as it is: send its bytes. */
  | "blob";

/** What should have been a Socket.IO packet is none, on its way in or out. */
export class SocketPacketError extends Error {
  override readonly name = "SocketPacketError";
  readonly code: SocketErrorCode;

  constructor(code: SocketErrorCode, detail?: string) {
    super(detail === undefined ? inWords(code) : `${inWords(code)}: ${detail}`);
    this.code = code;
  }
}

/** One rule of Socket.IO on one line: throws `code` unless it holds. */
export function socketMust(holds: boolean, code: SocketErrorCode): asserts holds {
  if (!holds) throw new SocketPacketError(code);
}
