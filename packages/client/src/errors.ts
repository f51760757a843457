/** Every way the client itself fails an emit. */

export type ClientErrorCode =
  /** No acknowledgement came in time. The texts of the first two are socket.io-client's. */
  | "timeout"
  /** The connection was lost before an acknowledgement came. */
  | "disconnected"
  /** Too many events wait for the connection: the option `offlineQueue`. */
  | "queue-full"
  /** Events came faster than `events()` was read. */
  | "iterator-full";

export class ClientError extends Error {
  /** One of `ClientErrorCode`; or what the handler on a server of ours says. */
  readonly code: string;

  constructor(code: ClientErrorCode | (string & {}), message: string = code) {
    super(message);
    this.code = code;
  }
}
