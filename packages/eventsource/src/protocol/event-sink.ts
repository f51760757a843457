/** The port below a session: where the bytes of one stream go, whatever the platform's response is. */

export interface EventSink {
  /** Nothing can be written any more. */
  readonly closed: boolean;
  /** Bytes written that have not left the process. */
  readonly bufferedBytes: number;
  /**
   * Takes the bytes as they are, without a copy.
   * @returns false if the reader does not keep up; `drained` follows
   */
  write(bytes: Uint8Array): boolean;
  /** Ends the stream once all is written; `closed` follows. */
  end(): void;
}

/** Who is told. */
export interface EventSinkHandler {
  drained(): void;
  /** Nothing can be written any more, whoever ended it. Called once, and never within the call that made the sink. */
  closed(): void;
}
