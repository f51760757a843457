/** An HTTP proxy with bad habits: it refuses or swallows upgrades, holds answers until they are complete, fails, waits, repeats. */

import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse, request as send } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { TestContext } from "node:test";

export interface Habits {
  /** What becomes of WebSockets. @default "pass" */
  readonly upgrades?: "pass" | "refuse" | "swallow" | undefined;
  /** Answers are held until they are complete. @default false */
  readonly holds?: boolean | undefined;
  /** Called when an upgrade is swallowed, or a stream held. */
  readonly stuck?: (() => unknown) | undefined;
  /** A status in place of the server's answer. */
  readonly fails?: ((request: IncomingMessage) => number | undefined) | undefined;
  /** Before a request goes on. */
  readonly waits?: ((request: IncomingMessage) => Promise<void>) | undefined;
  /** How many times a request goes on; the last answer counts. @default 1 */
  readonly times?: ((request: IncomingMessage) => number) | undefined;
}

interface Held {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly body: Buffer;
}

export class Middlebox {
  readonly #upstream: number;
  readonly #habits: Habits;
  readonly #lines = new Set<Duplex>();
  readonly #server = createServer((request, response) => void this.#answer(request, response));

  static async open(t: TestContext, upstream: number, habits: Habits): Promise<Middlebox> {
    const box = new Middlebox(upstream, habits);
    box.#server.listen(0, "127.0.0.1");
    await once(box.#server, "listening");
    t.after(() => box.close());
    return box;
  }

  private constructor(upstream: number, habits: Habits) {
    this.#upstream = upstream;
    this.#habits = habits;
    this.#server.on("connection", (line) => this.#keep(line));
    this.#server.on("upgrade", (request, line, head) => this.#upgrade(request, line, head));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.close();
    for (const line of this.#lines) line.destroy();
  }

  #keep<Line extends Duplex>(line: Line): Line {
    this.#lines.add(line);
    line.on("error", () => line.destroy());
    return line.once("close", () => this.#lines.delete(line));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { fails, waits, times } = this.#habits;
    const chunks: Buffer[] = [];
    request.on("error", () => {});
    for await (const chunk of request) chunks.push(chunk);
    await waits?.(request);
    const status = fails?.(request);
    if (status !== undefined) return void response.writeHead(status, { "Content-Type": "text/html" }).end("<h1>Sorry");
    if (this.#habits.holds && /=(eventsource|iframe)\b/.test(request.url ?? "") && request.method === "GET")
      this.#habits.stuck?.();
    const held = { request, response, body: Buffer.concat(chunks) };
    for (let left = times?.(request) ?? 1; left > 1; left--) await this.#ask(held, swallow);
    await this.#ask(held, this.#habits.holds ? hold : pass);
  }

  /** @returns once the server's answer has ended, or the client has gone */
  #ask({ request, response, body }: Held, take: (from: IncomingMessage, to: ServerResponse) => void): Promise<void> {
    const { url, method, headers } = request;
    return new Promise((resolve) => {
      const asked = send({ host: "127.0.0.1", port: this.#upstream, path: url, method, headers, agent: false });
      asked.on("response", (answer) => {
        answer.on("error", () => response.destroy()).on("close", resolve);
        take(answer, response);
      });
      asked.on("error", () => response.destroy()).on("close", resolve);
      response.on("close", () => asked.destroy());
      asked.end(body);
    });
  }

  #upgrade(request: IncomingMessage, line: Duplex, head: Buffer): void {
    const { upgrades = "pass", stuck } = this.#habits;
    if (upgrades === "swallow") return void stuck?.();
    if (upgrades === "refuse") {
      line.end("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
      return;
    }
    const server: Socket = this.#keep(connect(this.#upstream, "127.0.0.1"));
    const fields = request.rawHeaders.map((field, at) => (at % 2 === 0 ? `${field}: ` : `${field}\r\n`)).join("");
    server.write(`GET ${request.url} HTTP/1.1\r\n${fields}\r\n`);
    server.write(head);
    line.pipe(server).pipe(line);
  }
}

function pass(answer: IncomingMessage, response: ServerResponse): void {
  response.writeHead(answer.statusCode ?? 502, answer.headers);
  response.flushHeaders();
  answer.pipe(response);
}

function hold(answer: IncomingMessage, response: ServerResponse): void {
  const chunks: Buffer[] = [];
  answer.on("data", (chunk: Buffer) => chunks.push(chunk));
  answer.on("end", () => response.writeHead(answer.statusCode ?? 502, answer.headers).end(Buffer.concat(chunks)));
}

function swallow(answer: IncomingMessage): void {
  answer.resume();
}
