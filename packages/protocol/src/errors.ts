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
  "bad-handshake": "a handshake is a JSON object with sid, upgrades, pingInterval and pingTimeout",
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
