/** One panel: a client in the rooms `chat` and `stocks` that can be cut off, and comes back by session and last id. */

import { mayMove, moved, type PanelMove, type PanelState } from "./panel-state.ts";
import { type Price, readPrice } from "./price.ts";
import { streamLimit } from "./stream-budget.ts";
import type { Connect, Connection, ConnectionHandler, Direction, Kind, Ticket } from "./wires/connection.ts";
import type { Hello, Outcome, WireEvent } from "./wires/event.ts";

/** What is known of the panel's connection. */
export interface Facts {
  readonly wire: Kind;
  readonly socket: string | undefined;
  readonly session: string | undefined;
  readonly lastId: string | undefined;
  readonly recovered: string;
}

/** How many events came again after a break. */
export interface Replayed {
  readonly messages: number;
  readonly prices: number;
}

/** Where a panel shows itself. */
export interface PanelScreen {
  showState(state: PanelState, detail: string): void;
  showFacts(facts: Facts): void;
  addMessage(text: string, isReplay: boolean): void;
  /** A line about the connection itself. */
  addNote(text: string, replayed?: Replayed): void;
  showPrice(price: Price): void;
  addTrace(direction: Direction, text: string): void;
}

export interface PanelWorld {
  readonly connect: Readonly<Record<Kind, Connect>>;
  /** Calls back after so many milliseconds. @returns how to prevent it */
  later(ms: number, callback: () => void): () => void;
  /** The panel has another state, kind or session. */
  changed(): void;
}

/** What a first visit comes with. */
const nothing: Ticket = { session: undefined, since: undefined, cursor: undefined };
const shortestPause = 500;
const longestPause = 10_000;

export class Panel implements ConnectionHandler {
  private readonly world: PanelWorld;
  private readonly screen: PanelScreen;
  private currentKind: Kind;
  private currentState: PanelState = "connecting";
  private connection: Connection | undefined;
  private ticket = nothing;
  private socket: string | undefined;
  private recovered = "–";
  /** What came since the connection is back, until it has caught up. */
  private replay: { messages: number; prices: number } | undefined;
  private attempts = 0;
  private cancelRetry = (): void => {};

  constructor(world: PanelWorld, screen: PanelScreen, kind: Kind) {
    this.world = world;
    this.screen = screen;
    this.currentKind = kind;
    this.connect();
  }

  get kind(): Kind {
    return this.currentKind;
  }

  get state(): PanelState {
    return this.currentState;
  }

  /** The session's secret, while the panel is connected. */
  get liveSession(): string | undefined {
    return this.currentState === "live" ? this.ticket.session : undefined;
  }

  /** Sends a chat message. @returns undefined if it could not leave */
  send(text: string): Promise<Outcome> | undefined {
    return this.currentState === "live" ? this.connection?.send(text) : undefined;
  }

  /** Drops the connection as a lost network would. */
  cut(): void {
    if (!mayMove(this.currentState, "cut")) return;
    this.stop();
    this.screen.addNote("Cut. This client hears nothing now.");
    this.move("cut");
  }

  /** Comes back by session and last id. */
  restore(): void {
    if (!mayMove(this.currentState, "restore")) return;
    this.move("restore");
    this.connect();
  }

  /** Goes on as another kind of client, in the same session. */
  become(kind: Kind): void {
    if (kind === this.currentKind || this.currentState === "removed") return;
    const wasCut = this.currentState === "cut";
    if (!wasCut) this.cut();
    this.currentKind = kind;
    this.ticket = { ...this.ticket, cursor: undefined };
    if (wasCut) this.show();
    else this.restore();
  }

  remove(): void {
    this.stop();
    this.move("remove");
  }

  opened(hello: Hello): void {
    if (!mayMove(this.currentState, "open")) return;
    const { session, since } = this.ticket;
    const cameBack = session !== undefined || since !== undefined;
    this.ticket = { ...this.ticket, session: hello.session };
    this.socket = hello.socket;
    this.recovered = cameBack ? recoveryOf(hello) : "first visit";
    this.beBack(cameBack);
    this.screen.addNote(cameBack ? comeback(hello) : "Connected: a new session.");
  }

  continued(): void {
    if (!mayMove(this.currentState, "open")) return;
    this.recovered = "yes: the session was still open";
    this.beBack(true);
    this.screen.addNote("Back: the session was still open.");
  }

  caughtUp(): void {
    const { replay } = this;
    this.replay = undefined;
    if (replay !== undefined) this.screen.addNote(`${replay.messages} missed, replayed in order`, replay);
  }

  queued(): void {
    if (!mayMove(this.currentState, "queue")) return;
    this.screen.addNote(
      `Not connected: all ${streamLimit} HTTP streams are held, by panels here or in other tabs. Close one, or a tab: this client then connects by itself.`,
    );
    this.move("queue");
  }

  received(event: WireEvent): void {
    if (event.id !== undefined) this.ticket = { ...this.ticket, since: event.id };
    const [first] = event.args;
    if (event.name === "caught-up") this.caughtUp();
    else if (event.name === "chat" && typeof first === "string") this.heard(first);
    else if (event.name === "price") this.priced(readPrice(first));
    if (event.id !== undefined) this.screen.showFacts(this.facts());
  }

  lost(why: string, retry?: number): void {
    const pause = retry ?? Math.min(longestPause, shortestPause * 2 ** this.attempts);
    this.attempts += 1;
    this.stop();
    this.screen.addNote(`Not connected: ${why}. Trying again in ${(pause / 1000).toFixed(1)} s.`);
    this.move("lose");
    this.cancelRetry = this.world.later(pause, () => {
      this.move("retry");
      this.connect();
    });
  }

  traced(direction: Direction, text: string): void {
    this.screen.addTrace(direction, text);
  }

  private connect(): void {
    this.replay = undefined;
    this.show();
    this.connection = this.world.connect[this.currentKind](this.ticket, this);
  }

  private stop(): void {
    this.cancelRetry();
    this.ticket = { ...this.ticket, cursor: this.connection?.cursor ?? this.ticket.cursor };
    this.connection?.cut();
    this.connection = undefined;
  }

  private beBack(cameBack: boolean): void {
    this.attempts = 0;
    this.replay = cameBack ? { messages: 0, prices: 0 } : undefined;
    this.move("open");
  }

  private heard(text: string): void {
    if (this.replay !== undefined) this.replay.messages += 1;
    this.screen.addMessage(text, this.replay !== undefined);
  }

  private priced(price: Price | undefined): void {
    if (price === undefined) return;
    if (this.replay !== undefined) this.replay.prices += 1;
    this.screen.showPrice(price);
  }

  private move(move: PanelMove): void {
    this.currentState = moved(this.currentState, move);
    this.show();
  }

  private show(): void {
    this.screen.showState(this.currentState, labels[this.currentState]);
    this.screen.showFacts(this.facts());
    this.world.changed();
  }

  private facts(): Facts {
    const { session, since } = this.ticket;
    return { wire: this.currentKind, socket: this.socket, session, lastId: since, recovered: this.recovered };
  }
}

const labels: Readonly<Record<PanelState, string>> = {
  connecting: "connecting",
  queued: "in a queue",
  live: "live",
  waiting: "reconnecting",
  cut: "cut",
  removed: "removed",
};

function recoveryOf({ recovered, reason }: Hello): string {
  return recovered ? "yes" : `no: ${reason ?? "a new session"}`;
}

function comeback({ recovered, reason }: Hello): string {
  return recovered ? "Back in the same session." : `Back, in a new session (${reason ?? "no reason given"}).`;
}
