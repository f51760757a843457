/** What clients of Socket.IO under test do with a server of ours, the same code for all of them. What comes back is compared. */

import { Exchange } from "./load/exchange.ts";
import { defaultPatience } from "./load/load.ts";
import { publishedTexts } from "./load/messages.ts";
import { Disqualified } from "./load/reply-checker.ts";

/** The little of a client's API that is used here. */
export interface CallerSocket {
  // biome-ignore lint/suspicious/noExplicitAny: a listener says itself what its event carries
  on(event: string, listener: (...args: any[]) => void): unknown;
  emit(event: string, ...args: unknown[]): unknown;
}

export interface CallerTask {
  readonly transport: "websocket" | "polling";
  /** @param sockets all of them, connected */
  createWork(sockets: readonly CallerSocket[]): Work;
}

export interface Work {
  /**
   * Settles when so many messages are done.
   * @throws {Disqualified} if something else came than what had to
   */
  exchange(messages: number): Promise<number>;
}

type Content = string | Readonly<Record<string, string | number>>;

const texts: readonly Content[] = publishedTexts(64);
const objects: readonly Content[] = publishedTexts(16).map((text, id) => ({
  id,
  from: "ann",
  text,
  at: 1_700_000_000,
}));

/** No clock is read for a message: the time would be the program's. */
const noLatency = 0;

/** Each socket keeps `depth` emits with an ack in flight. The server answers with what it got. */
class Echoes implements Work {
  private readonly lanes: readonly EchoLane[];

  constructor(sockets: readonly CallerSocket[], depth: number) {
    this.lanes = sockets.map((socket) => new EchoLane(socket, depth));
  }

  async exchange(messages: number): Promise<number> {
    const exchange = new Exchange(messages, defaultPatience);
    const share = Math.floor(messages / this.lanes.length);
    const rest = messages % this.lanes.length;
    for (const [n, lane] of this.lanes.entries()) lane.start(exchange, share + (n < rest ? 1 : 0));
    await exchange.done;
    return messages;
  }
}

class EchoLane {
  private readonly socket: CallerSocket;
  private readonly depth: number;
  private exchange: Exchange | undefined;
  private left = 0;
  private sent = 0;
  private answered = 0;

  constructor(socket: CallerSocket, depth: number) {
    this.socket = socket;
    this.depth = depth;
  }

  start(exchange: Exchange, messages: number): void {
    this.exchange = exchange;
    this.left = messages;
    for (let n = 0; n < this.depth; n++) this.call();
  }

  private call(): void {
    if (this.left === 0) return;
    this.left--;
    this.socket.emit("echo", contentOf(texts, this.sent++), this.answer);
  }

  private readonly answer = (data: unknown): void => {
    if (!isSame(data, contentOf(texts, this.answered++))) this.exchange?.fail(wrong(this.answered));
    this.exchange?.record(1, noLatency);
    this.call();
  };
}

/** The first socket has so many events at once sent to the room that all are in. When all have them, it does so again. */
class Deliveries implements Work {
  private readonly sockets: readonly CallerSocket[];
  private readonly contents: readonly Content[];
  private readonly burst: number;
  private exchanged: Exchange | undefined;
  private published = 0;
  /** Deliveries of the burst under way that are still to come, and those of the exchange after it. */
  private due = 0;
  private left = 0;

  constructor(sockets: readonly CallerSocket[], contents: readonly Content[], burst: number) {
    this.sockets = sockets;
    this.contents = contents;
    this.burst = burst;
    for (const socket of sockets) this.listen(socket);
  }

  /** In whole bursts: rounded up. */
  async exchange(messages: number): Promise<number> {
    const each = this.sockets.length * this.burst;
    const deliveries = Math.ceil(messages / each) * each;
    this.left = deliveries;
    this.exchanged = new Exchange(deliveries, defaultPatience);
    this.publish();
    await this.exchanged.done;
    return deliveries;
  }

  private listen(socket: CallerSocket): void {
    let received = 0;
    socket.on("message", (data: unknown) => {
      if (!isSame(data, contentOf(this.contents, received++))) this.exchanged?.fail(wrong(received));
      if (--this.due === 0) this.delivered();
    });
  }

  private delivered(): void {
    this.exchanged?.record(this.sockets.length * this.burst, noLatency);
    if (this.left > 0) this.publish();
  }

  private publish(): void {
    this.due = this.sockets.length * this.burst;
    this.left -= this.due;
    for (let n = 0; n < this.burst; n++) this.sockets[0]?.emit("message", contentOf(this.contents, this.published++));
  }
}

function contentOf(contents: readonly Content[], number: number): Content {
  return contents[number % contents.length] ?? "";
}

function isSame(came: unknown, content: Content): boolean {
  if (typeof content === "string") return came === content;
  if (typeof came !== "object" || came === null) return false;
  for (const [name, value] of Object.entries(came)) if (content[name] !== value) return false;
  return Object.keys(came).length === Object.keys(content).length;
}

function wrong(number: number): Disqualified {
  return new Disqualified(`message ${number} of a socket is not what was sent`);
}

function echo(depth: number, transport: CallerTask["transport"] = "websocket"): CallerTask {
  return { transport, createWork: (sockets) => new Echoes(sockets, depth) };
}

function receive(contents: readonly Content[], burst: number): CallerTask {
  return { transport: "websocket", createWork: (sockets) => new Deliveries(sockets, contents, burst) };
}

export const callerTasks: ReadonlyMap<string, CallerTask> = new Map([
  ["echo, depth 1", echo(1)],
  ["echo, depth 64", echo(64)],
  ["polling echo", echo(1, "polling")],
  ["receives text, burst 1", receive(texts, 1)],
  ["receives text, burst 16", receive(texts, 16)],
  ["receives objects, burst 1", receive(objects, 1)],
  ["receives objects, burst 16", receive(objects, 16)],
]);
