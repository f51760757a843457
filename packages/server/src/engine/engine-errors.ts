/** Every way an Engine.IO request is refused: engine.io's number, HTTP status, message. And what a broken transport says. */

const rules = {
  UNKNOWN_TRANSPORT: [0, 400, "Transport unknown"],
  UNKNOWN_SID: [1, 400, "Session ID unknown"],
  BAD_HANDSHAKE_METHOD: [2, 400, "Bad handshake method"],
  BAD_REQUEST: [3, 400, "Bad request"],
  FORBIDDEN: [4, 403, "Forbidden"],
  UNSUPPORTED_PROTOCOL_VERSION: [5, 400, "Unsupported protocol version"],
  SHUTTING_DOWN: [6, 503, "Shutting down"], // ours: the client comes back, to another server maybe
} as const satisfies Record<string, readonly [code: number, status: number, message: string]>;

type EngineErrorName = keyof typeof rules;

/** What is known beside the number; `message` goes before the rule's own. */
export interface EngineErrorContext {
  readonly name?: string;
  readonly message?: unknown;
  readonly [detail: string]: unknown;
}

/** A request that is refused: as `connection_error` tells it, and as the client hears it. */
export class EngineRefusal {
  readonly code: number;
  /** Of HTTP. */
  readonly status: number;
  /** Engine.io's. */
  readonly message: string;
  readonly context: EngineErrorContext;

  constructor(name: EngineErrorName, context: EngineErrorContext) {
    const [code, status, message] = rules[name];
    this.code = code;
    this.status = status;
    this.message = message;
    this.context = context;
  }

  /** What the client reads. */
  get told(): string {
    const { message } = this.context;
    return typeof message === "string" && message !== "" ? message : this.message;
  }

  get body(): string {
    return JSON.stringify({ code: this.code, message: this.told });
  }
}

type Numbers = { readonly [Name in EngineErrorName]: (typeof rules)[Name][0] };

/** By name: `Server.errors` of engine.io. */
export const errorNumbers: Numbers = {
  UNKNOWN_TRANSPORT: 0,
  UNKNOWN_SID: 1,
  BAD_HANDSHAKE_METHOD: 2,
  BAD_REQUEST: 3,
  FORBIDDEN: 4,
  UNSUPPORTED_PROTOCOL_VERSION: 5,
  SHUTTING_DOWN: 6,
};

/** By number: `Server.errorMessages` of engine.io. */
export const errorMessages: Readonly<Record<number, string>> = Object.fromEntries(
  Object.values(rules).map(([code, , message]) => [code, message]),
);

/** Why a transport broke, in the form that engine.io gives it. */
export class TransportError extends Error {
  readonly type = "TransportError";
  readonly description: unknown;

  constructor(message: string, description?: unknown) {
    super(message);
    this.description = description;
  }
}
