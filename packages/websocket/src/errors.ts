/** What a program can do wrong with this API, in the words of ws. What a peer can do wrong: protocol/errors.ts. */

const readyStates = ["CONNECTING", "OPEN", "CLOSING", "CLOSED"] as const;

/** Given to the callback of a `send` that came too late, thrown by one that came too early. */
export function notOpen(readyState: number): Error {
  return new Error(`WebSocket is not open: readyState ${readyState} (${readyStates[readyState]})`);
}

const misuses = {
  closeCode: [TypeError, "First argument must be a valid error code number"],
  closeReasonType: [TypeError, "Second argument must be a string or a Uint8Array"],
  closeReasonLength: [RangeError, "The message must not be greater than 123 bytes"],
  controlLength: [RangeError, "The data size must not be greater than 125 bytes"],
  protocol: [TypeError, "handleProtocols must return a token, or false"],
  transport: [TypeError, 'One and only one of the "port", "server", or "noServer" options must be specified'],
  noAddress: [Error, 'The server is operating in "noServer" mode'],
  expressApp: [TypeError, "The first argument must be an application of Express 4 or 5"],
  expressHandler: [TypeError, "ws() takes a path, middleware, and as its last argument a function (ws, req, next)"],
  expressRouter: [TypeError, "The argument must be a router, or an application"],
  notRunning: [Error, "The server is not running"],
  upgradedTwice: [
    Error,
    "server.handleUpgrade() was called more than once with the same socket, possibly due to a misconfiguration",
  ],
} as const satisfies Record<string, readonly [base: ErrorConstructor, text: string]>;

export function misuse(what: keyof typeof misuses): Error {
  const [Base, text] = misuses[what];
  return new Base(text);
}

/** An option that makes no sense. */
export function badOption(name: string, wanted: string): TypeError {
  return new TypeError(`The option "${name}" must be ${wanted}`);
}
