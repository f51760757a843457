/** Says over HTTP what a server is to send to all its event streams: each line of a POST is an event. */

import { Connection } from "./connection.ts";
import type { Opening, Target } from "./opening.ts";
import { Disqualified } from "./reply-checker.ts";

/** Where programs under test are told what to publish. */
export const publishPath = "/publish";

const headEnd = "\r\n\r\n";

/** Its answers are checked, but not waited for: the server gives them before it publishes. */
export class Publisher {
  private readonly connection: Connection;
  private readonly port: number;
  /** Answers that are due, and what has come of the next one. */
  private due = 0;
  private answer = "";

  private constructor(connection: Connection, { port }: Target) {
    this.connection = connection;
    this.port = port;
  }

  /** @param lost called when the connection ends or an answer is not what it should be */
  static async open(target: Target, lost: (error: unknown) => void): Promise<Publisher> {
    const opening: Opening = { request: requestOf(target.port, ""), accepts: isAccepted };
    const publisher = new Publisher(await Connection.open(target, opening), target);
    publisher.connection.handler = { received: (bytes) => publisher.read(bytes), lost };
    return publisher;
  }

  /** @param bodies each goes as a POST of its own, all of them at once */
  publish(bodies: readonly string[]): void {
    this.due += bodies.length;
    this.connection.send(Buffer.from(bodies.map((body) => requestOf(this.port, body)).join(""), "latin1"));
  }

  close(): void {
    this.connection.close();
  }

  private read(bytes: Uint8Array): void {
    this.answer += Buffer.from(bytes).toString("latin1");
    for (let end = this.answer.indexOf(headEnd); end !== -1; end = this.answer.indexOf(headEnd)) {
      const head = this.answer.slice(0, end);
      if (this.due-- === 0 || !isAccepted(head))
        throw new Disqualified(`answered a POST with ${JSON.stringify(head.slice(0, 80))}`);
      this.answer = this.answer.slice(end + headEnd.length);
    }
  }
}

function requestOf(port: number, body: string): string {
  const fields = [`POST ${publishPath} HTTP/1.1`, `Host: 127.0.0.1:${port}`, `Content-Length: ${body.length}`];
  return `${fields.join("\r\n")}${headEnd}${body}`;
}

/** 204: there is nothing behind the head. */
function isAccepted(head: string): boolean {
  return head.startsWith("HTTP/1.1 204 ");
}
