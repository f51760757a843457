/** What is used of a WebTransport session of a provider: the shape of `@fails-components/webtransport` (W3C WebTransport §6). */

export interface WebTransportSession {
  /** Settles when the session is over, whoever ended it. */
  readonly closed: Promise<unknown>;
  readonly incomingBidirectionalStreams: { getReader(): Reader<WebTransportStream> };
  close(info?: { readonly closeCode?: number; readonly reason?: string }): unknown;
}

export interface WebTransportStream {
  readonly readable: { getReader(): Reader<Uint8Array> };
  readonly writable: { getWriter(): Writer };
}

export interface Reader<Value> {
  read(): Promise<{ readonly done: boolean; readonly value?: Value | undefined }>;
  cancel(reason?: unknown): Promise<unknown>;
}

export interface Writer {
  /** Settles when the chunk has left. */
  write(chunk: Uint8Array): Promise<unknown>;
  close(): Promise<unknown>;
  abort(reason?: unknown): Promise<unknown>;
}
