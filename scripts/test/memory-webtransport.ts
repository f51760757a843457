/** A provider of WebTransport in memory: two ends of a session, with the shape of the W3C's WebTransport, on web streams. */

/** One direction of a stream. */
class Pipe {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
  private gate: Promise<void> = Promise.resolve();
  private out: ReadableStreamDefaultController<Uint8Array> | undefined;

  constructor() {
    this.readable = new ReadableStream({
      start: (out) => {
        this.out = out;
      },
    });
    this.writable = new WritableStream({
      write: async (chunk) => {
        await this.gate;
        this.out?.enqueue(chunk);
      },
      close: () => this.end(),
      abort: () => this.end(),
    });
  }

  /** Nothing passes. @returns what lets it pass again */
  hold(): () => void {
    let open = (): void => {};
    this.gate = new Promise((resolve) => {
      open = resolve;
    });
    return open;
  }

  end(): void {
    try {
      this.out?.close();
    } catch {
      // it has ended
    }
  }
}

export interface MemoryStream {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
}

class Session {
  readonly pipes: Pipe[] = [];
  readonly closed: Promise<unknown>;
  /** What the end that closed it said. */
  info: unknown;
  private resolveClosed: (info: unknown) => void = () => {};
  private isOver = false;

  constructor() {
    this.closed = new Promise((resolve) => {
      this.resolveClosed = resolve;
    });
  }

  close(info?: unknown): void {
    if (this.isOver) return;
    this.isOver = true;
    this.info = info;
    for (const pipe of this.pipes) pipe.end();
    this.resolveClosed(info);
  }
}

/** What the server gets. */
export class MemoryServerEnd {
  readonly ready: Promise<void> = Promise.resolve();
  readonly closed: Promise<unknown>;
  readonly incomingBidirectionalStreams: ReadableStream<MemoryStream>;
  private readonly session: Session;

  constructor(session: Session, incoming: ReadableStream<MemoryStream>) {
    this.session = session;
    this.closed = session.closed;
    this.incomingBidirectionalStreams = incoming;
  }

  close(info?: unknown): void {
    this.session.close(info);
  }
}

/** What a client makes: the global `WebTransport` of a browser, connected to `accept`. */
export class MemoryWebTransport {
  /** Takes the server's ends. */
  static accept: (end: MemoryServerEnd) => void = () => {};
  readonly ready: Promise<void> = Promise.resolve();
  readonly closed: Promise<unknown>;
  readonly session = new Session();
  private streams: ReadableStreamDefaultController<MemoryStream> | undefined;

  constructor(_url = "", accept = MemoryWebTransport.accept) {
    this.closed = this.session.closed;
    const incoming = new ReadableStream<MemoryStream>({
      start: (streams) => {
        this.streams = streams;
      },
    });
    accept(new MemoryServerEnd(this.session, incoming));
  }

  /** The bytes that come down, as the server writes them. */
  get down(): Pipe | undefined {
    return this.session.pipes[1];
  }

  async createBidirectionalStream(): Promise<MemoryStream> {
    const [up, down] = [new Pipe(), new Pipe()];
    this.session.pipes.push(up, down);
    this.streams?.enqueue({ readable: up.readable, writable: down.writable });
    return { readable: down.readable, writable: up.writable };
  }

  close(info?: unknown): void {
    this.session.close(info);
  }
}
