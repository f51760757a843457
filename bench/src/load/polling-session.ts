/** One client of Socket.IO 5 that polls (Engine.IO 4): what comes, comes in answers to GET; what is sent, goes in POSTs. */

import { Asker } from "./asker.ts";
import type { Target } from "./opening.ts";
import { Disqualified } from "./reply-checker.ts";
import { connectPacket, readConnected, readOpen } from "./socket-greeting.ts";

export class PollingSession {
  private readonly polls: Asker;
  private readonly posts: Asker;
  private readonly port: number;
  /** What both kinds of request ask for. */
  private readonly address: string;

  private constructor(polls: Asker, posts: Asker, { port, path }: Target) {
    this.polls = polls;
    this.posts = posts;
    this.port = port;
    this.address = path;
  }

  /** Two connections, as browsers take: a poll hangs on one while the other sends. */
  static async open({ port, path }: Target): Promise<PollingSession> {
    const target = { port, path: `${path}?EIO=4&transport=polling` };
    const polls = await Asker.open(target);
    const session = readOpen(await polls.ask(getOf(target)));
    const posts = await Asker.open(target);
    const own = new PollingSession(polls, posts, { port, path: `${target.path}&sid=${session}` });
    readConnected(await own.exchange(connectPacket));
    return own;
  }

  /**
   * Polls and sends `packets` at once.
   * @returns what the poll brought
   * @throws {Disqualified} if the server does not take the packets
   */
  async exchange(packets: string): Promise<string> {
    const target = { port: this.port, path: this.address };
    const [polled, posted] = await Promise.all([
      this.polls.ask(getOf(target)),
      this.posts.ask(postOf(target, packets)),
    ]);
    if (posted !== "ok") throw new Disqualified(`answered a POST with ${JSON.stringify(posted.slice(0, 80))}`);
    return polled;
  }

  close(): void {
    this.polls.close();
    this.posts.close();
  }
}

function getOf({ port, path }: Target): string {
  return `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAccept: */*\r\n\r\n`;
}

/** @param body ASCII */
function postOf({ port, path }: Target, body: string): string {
  const fields = [
    `POST ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    "Accept: */*",
    "Content-Type: text/plain;charset=UTF-8",
    `Content-Length: ${body.length}`,
  ];
  return `${fields.join("\r\n")}\r\n\r\n${body}`;
}
