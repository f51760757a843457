/** A connection on which requests are made, each when the one before it has its answer (RFC 9112 §9.3). */

import { AnswerReader } from "./answer-reader.ts";
import { Connection } from "./connection.ts";
import type { Target } from "./opening.ts";
import { Disqualified } from "./reply-checker.ts";

interface Waiting {
  resolve(body: string): void;
  reject(error: unknown): void;
}

export class Asker {
  private readonly connection: Connection;
  private readonly reader = new AnswerReader();
  private waiting: Waiting | undefined;
  private failure: unknown;

  private constructor(connection: Connection) {
    this.connection = connection;
    connection.handler = { received: (bytes) => this.read(bytes), lost: (error) => this.fail(error) };
  }

  static async open(target: Target): Promise<Asker> {
    return new Asker(await Connection.connect(target));
  }

  /**
   * @returns the body of the answer, as Latin-1
   * @throws {Disqualified} if the answer is not one
   */
  ask(request: string): Promise<string> {
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
      if (this.failure === undefined) this.connection.send(Buffer.from(request, "latin1"));
      else reject(this.failure);
    });
  }

  close(): void {
    this.connection.close();
  }

  private read(bytes: Uint8Array): void {
    if (this.waiting === undefined) throw new Disqualified(`${bytes.length} bytes came unasked`);
    const body = this.reader.take(bytes);
    if (body === undefined) return;
    const { resolve } = this.waiting;
    this.waiting = undefined;
    resolve(body);
  }

  private fail(error: unknown): void {
    this.failure = error;
    this.waiting?.reject(error);
  }
}
