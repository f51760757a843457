/** Every way the client itself fails an emit: code → message. The texts are socket.io-client's where it has one. */

const messages = {
  timeout: "operation has timed out",
  disconnected: "socket has been disconnected",
  "queue-full": "too many events wait for the connection",
  "iterator-full": "events came faster than they were read",
} as const satisfies Record<string, string>;

export type ClientErrorCode = keyof typeof messages;

export class ClientError extends Error {
  /** One of `ClientErrorCode`; or what the handler on a server of ours says. */
  readonly code: string;

  constructor(code: ClientErrorCode | (string & {}), message: string = messages[code as ClientErrorCode]) {
    super(message);
    this.code = code;
  }
}
