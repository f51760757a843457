/** How a client that only listens sends: a POST with its session, answered with the ack (wires: "POST"). */

import { type ConnectionHandler, type Platform, requestTarget } from "./connection.ts";
import { failure, isRecord, type Outcome, parseJson, readAnswer } from "./event.ts";

export class Post {
  private readonly platform: Platform;
  private readonly handler: ConnectionHandler;
  private readonly aborter = new AbortController();
  private acks = 0;

  constructor(platform: Platform, handler: ConnectionHandler) {
    this.platform = platform;
    this.handler = handler;
  }

  abort(): void {
    this.aborter.abort();
  }

  async send(session: string, text: string): Promise<Outcome> {
    this.acks += 1;
    const address = new URL(this.platform.endpoint);
    address.searchParams.set("session", session);
    const body = JSON.stringify({ event: "chat", data: text, ack: this.acks });
    this.handler.traced("out", `POST ${requestTarget(address)}\n${body}`);
    try {
      const headers = { "Content-Type": "application/json" };
      const response = await this.platform.fetch(address, {
        method: "POST",
        headers,
        body,
        signal: this.aborter.signal,
      });
      const answer = await response.text();
      if (!this.aborter.signal.aborted) this.handler.traced("in", `${response.status} ${answer}`);
      return readAnswer(parseJson(answer))?.outcome ?? refused(response.status, answer);
    } catch {
      return failure("cut", "the connection ended before the ack came");
    }
  }
}

/** An RFC 9457 problem, as the outcome of an event. */
function refused(status: number, body: string): Outcome {
  const problem = parseJson(body);
  const detail = isRecord(problem) ? (problem.detail ?? problem.title) : undefined;
  return failure(String(status), typeof detail === "string" ? detail : "the server refused it");
}
