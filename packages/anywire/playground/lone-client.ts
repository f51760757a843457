/** Socket.IO's client left to itself, as a program would have it: it moves up to WebSocket, keeps what is said while it is away, and comes back. */

/** What is used of the client's socket. */
export interface LoneSocket {
  readonly connected: boolean;
  readonly recovered: boolean;
  /** Waits for the connection. */
  readonly sendBuffer: { readonly length: number };
  readonly io: LoneManager;
  on(event: "connect" | "disconnect" | "chat" | "caught-up", listener: (argument: unknown) => void): unknown;
  emit(event: "chat", text: string, ack: () => void): unknown;
  connect(): unknown;
}

interface LoneManager {
  readonly engine: LoneEngine;
  on(event: "open" | "reconnect_attempt", listener: () => void): unknown;
  reconnection(on: boolean): unknown;
}

interface LoneEngine {
  readonly transport: { readonly name: string };
  on(event: "upgrade", listener: (transport: { readonly name: string }) => void): unknown;
  close(): unknown;
}

/** The function that the client's script gives the page. */
export type ConnectLone = (url: string, options: Readonly<Record<string, unknown>>) => LoneSocket;

export interface LoneFacts {
  readonly state: "connecting" | "connected" | "offline";
  /** The transports of this connection, in their order. */
  readonly carriers: readonly string[];
  /** Events that leave when it is back. */
  readonly waiting: number;
  /** What became of the last break. */
  readonly comeback: string;
}

/** Where it shows itself. */
export interface LoneScreen {
  showFacts(facts: LoneFacts): void;
  /** @param wasMissed it came while the client was away */
  addMessage(text: string, wasMissed: boolean): void;
}

export class LoneClient {
  private readonly socket: LoneSocket;
  private readonly screen: LoneScreen;
  private carriers: readonly string[] = [];
  private comeback = "none yet";
  private isOffline = false;
  private wasAway = false;
  /** Messages that came before the server said that there are no more; undefined from then on. */
  private missed: number | undefined;

  constructor(connect: ConnectLone, origin: string, screen: LoneScreen) {
    this.screen = screen;
    this.socket = connect(origin, { forceNew: true });
    const { socket } = this;
    socket.io.on("open", () => this.opened());
    socket.io.on("reconnect_attempt", () => this.show());
    socket.on("connect", () => this.show());
    socket.on("disconnect", () => this.left());
    socket.on("chat", (text) => this.heard(String(text)));
    socket.on("caught-up", () => this.caughtUp());
    this.show();
  }

  /** It leaves at once, or when the connection is back. */
  say(text: string): void {
    this.socket.emit("chat", text, () => this.show());
    this.show();
  }

  /** As if the network were gone: it does not come back until `goOnline`. */
  goOffline(): void {
    this.isOffline = true;
    this.socket.io.reconnection(false);
    this.socket.io.engine.close();
    this.show();
  }

  goOnline(): void {
    this.isOffline = false;
    this.socket.io.reconnection(true);
    this.socket.connect();
    this.show();
  }

  private opened(): void {
    const { engine } = this.socket.io;
    this.carriers = [engine.transport.name];
    engine.on("upgrade", ({ name }) => {
      this.carriers = [...this.carriers, name];
      this.show();
    });
    if (this.wasAway) this.missed = 0;
    this.show();
  }

  private left(): void {
    this.wasAway = true;
    this.carriers = [];
    this.show();
  }

  private heard(text: string): void {
    if (this.missed !== undefined) this.missed += 1;
    this.screen.addMessage(text, this.missed !== undefined);
  }

  private caughtUp(): void {
    if (this.missed !== undefined)
      this.comeback = this.socket.recovered
        ? `to the same session, ${this.missed === 0 ? "nothing" : this.missed} missed`
        : "to a new session";
    this.missed = undefined;
    this.show();
  }

  private show(): void {
    const { socket, carriers, comeback, isOffline } = this;
    const state = isOffline ? "offline" : socket.connected ? "connected" : "connecting";
    this.screen.showFacts({ state, carriers, waiting: socket.sendBuffer.length, comeback });
  }
}
