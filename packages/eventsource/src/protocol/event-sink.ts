/** The port below a session: where the bytes of one stream go, whatever the platform's response is. */

export interface EventSink {
  /** Nothing can be written any more. */
  readonly closed: boolean;
  /** Bytes written that have not left the process. */
  readonly bufferedBytes: number;
  /**
   * Takes the pieces of one tick, in order, each of them whole events. Neither they nor the list change afterwards: other
   * streams may have the same ones.
   * @returns false if the reader does not keep up; `drained` follows
   */
  write(pieces: readonly Uint8Array[]): boolean;
  /** Ends the stream once all is written; `closed` follows. */
  end(): void;
  /** Ends it at once, whatever waits; `closed` follows. */
  destroy(): void;
}

/** Who is told. Neither `drained` nor `closed` is called within a call of the sink's methods; `flush` may be. */
export interface EventSinkHandler {
  /** The reader has caught up. */
  drained(): void;
  /** Somebody else is about to write, or to end, what the sink writes to: what was sent before goes first. */
  flush(): void;
  /** Nothing can be written any more, whoever ended it. Called once, and not within the call that made the sink either. */
  closed(): void;
}
