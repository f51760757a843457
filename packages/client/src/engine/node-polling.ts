/** Polling in Node.js, on its own HTTP client: what fetch lacks is agents, TLS and the network interface. */

import type { Agent } from "node:http";
import { createAgent } from "../node/agent.ts";
import type { HttpAnswer } from "../node/http-answer.ts";
import { HttpExchange, type HttpRules } from "../node/http-exchange.ts";
import { connectionOptions, requestHeaders } from "./node-connection.ts";
import { binaryOf } from "./packet-data.ts";
import { Polling } from "./polling.ts";
import type { CloseDetails, RawData, TransportOptions } from "./transport.ts";

/** An answer of more bytes fails. */
const maxBytes = 100 * 1024 * 1024;

/** How long a server may take for what a closing transport still sends, in milliseconds. */
const lingering = 5_000;

const textType = { "content-type": "text/plain;charset=UTF-8" };

export class NodeXHR extends Polling {
  readonly #rules: HttpRules;
  /** Ours, unless the program gives one. */
  readonly #agent: Agent | undefined;
  #poll: HttpExchange | undefined;
  #post: HttpExchange | undefined;
  #next: (() => void) | undefined;
  #lingering: ReturnType<typeof setTimeout> | undefined;

  constructor(options: TransportOptions) {
    super(options);
    const connection = connectionOptions(options);
    this.#agent = connection.agent ? undefined : createAgent(options.secure);
    this.#rules = {
      connection: { agent: this.#agent, ...connection },
      timeout: options.requestTimeout ?? 0,
      maxBytes,
      unref: options.autoUnref === true,
    };
  }

  /** What is paused keeps no connection. */
  override pause(paused: () => void): void {
    super.pause(() => {
      this.#agent?.destroy();
      paused();
    });
  }

  override close(): this {
    super.close();
    this.#end();
    return this;
  }

  protected override doPoll(): void {
    this.#poll = this.#request(undefined, (answer) => {
      if (this.readyState === "closed") return; // what still leaves does, but nothing comes in
      if (answer.status === 200) this.onData(answer.responseText);
      else this.onError("xhr poll error", answer.status, answer);
    });
  }

  /** One after another: the goodbye of `close` may come while something is under way, and servers refuse what overlaps. */
  protected override doWrite(data: string, written: () => void): void {
    if (this.#post === undefined) this.#post = this.#request(data, (answer) => this.#posted(answer, written));
    else this.#next = () => this.doWrite(data, written);
  }

  protected override doClose(): void {
    if (this.readyState === "open") this.doWrite("1", () => {});
  }

  protected override onClose(details?: CloseDetails): void {
    super.onClose(details);
    this.#end();
  }

  protected override binary(bytes: Uint8Array): RawData {
    return binaryOf(bytes, this.socket.binaryType);
  }

  #request(body: string | undefined, ended: (answer: HttpAnswer) => void): HttpExchange {
    const headers = { accept: "*/*", ...requestHeaders(this.opts), ...(body === undefined ? {} : textType) };
    const cookies = (values: readonly string[]): void => this.socket._cookieJar?.parseCookies(values);
    return new HttpExchange({ uri: this.uri(), headers, body }, this.#rules, { cookies, ended });
  }

  #posted(answer: HttpAnswer, written: () => void): void {
    const next = this.#next;
    this.#post = this.#next = undefined;
    if (this.readyState !== "closed") {
      if (answer.status === 200) written();
      else this.onError("xhr post error", answer.status, answer);
    }
    next?.();
    if (this.readyState === "closed") this.#end();
  }

  /** The last packets leave first: a poll that is cut before them looks like a failure to the server. */
  #end(): void {
    if (this.#post === undefined) this.#cut();
    else this.#lingering ??= setTimeout(() => this.#cut(), lingering).unref();
  }

  #cut(): void {
    clearTimeout(this.#lingering);
    this.#poll?.abort();
    this.#post?.abort();
    this.#agent?.destroy();
  }
}
