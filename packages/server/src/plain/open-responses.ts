/** The responses that are not over: they are ended when the endpoint closes, and meanwhile own their connections. */

import type { ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { Refusal } from "../errors.ts";
import { problemOf, writeAnswer } from "./problem.ts";

/** On one connection; more than one where requests are pipelined (RFC 9112 §9.3.2). */
interface Pipelined {
  readonly responses: Set<ServerResponse>;
  readonly forget: () => void;
}

export class OpenResponses {
  private readonly byConnection = new Map<Duplex, Pipelined>();
  private isClosing = false;
  private emptied: () => void = () => {};

  add(response: ServerResponse): void {
    const connection = response.req.socket;
    const pipelined = this.byConnection.get(connection) ?? this.begin(connection);
    pipelined.responses.add(response);
    response.once("close", () => this.remove(connection, response));
    if (this.isClosing) endWithConnection(response);
  }

  /** Something is being said on this connection, or will be: nobody else may write to it. */
  areOn(connection: Duplex): boolean {
    return this.byConnection.has(connection);
  }

  /**
   * From now on, connections end with their responses.
   * @param grace milliseconds that responses have to end by themselves
   * @returns when all are over
   */
  async close(grace: number): Promise<void> {
    this.isClosing = true;
    for (const { responses } of this.byConnection.values()) responses.forEach(endWithConnection);
    if (this.byConnection.size === 0) return;
    const timer = setTimeout(() => this.cutAll(), grace);
    await new Promise<void>((resolve) => {
      this.emptied = resolve;
    });
    clearTimeout(timer);
  }

  private begin(connection: Duplex): Pipelined {
    const forget = (): void => this.forget(connection); // those behind the first are not told that it closed
    const pipelined = { responses: new Set<ServerResponse>(), forget };
    this.byConnection.set(connection, pipelined);
    connection.once("close", forget);
    return pipelined;
  }

  private remove(connection: Duplex, response: ServerResponse): void {
    const pipelined = this.byConnection.get(connection);
    pipelined?.responses.delete(response);
    if (pipelined?.responses.size === 0) this.forget(connection);
  }

  private forget(connection: Duplex): void {
    const pipelined = this.byConnection.get(connection);
    if (pipelined === undefined) return;
    connection.off("close", pipelined.forget);
    this.byConnection.delete(connection);
    if (this.byConnection.size === 0) this.emptied();
  }

  /** What was not answered is refused; what does not end, or is not read, is cut off. */
  private cutAll(): void {
    for (const [connection, { responses }] of this.byConnection) {
      for (const response of responses)
        if (!response.headersSent) writeAnswer(response, problemOf(new Refusal("shutting-down")));
      setImmediate(() => connection.destroy()); // the kernel has by then what it takes
    }
  }
}

function endWithConnection(response: ServerResponse): void {
  const connection = response.req.socket;
  if (response.headersSent) response.once("close", () => connection.destroySoon());
  else response.setHeader("Connection", "close"); // RFC 9112 §9.6
}
