/** One HTTP request and its answer on node:http or node:https: redirects are not followed, nothing is tried again. */

import { type ClientRequest, type IncomingMessage, type OutgoingHttpHeaders, request } from "node:http";
import { type RequestOptions, request as secureRequest } from "node:https";
import { acceptEncoding, readBody } from "./body.ts";
import { HttpAnswer } from "./http-answer.ts";

export interface HttpRules {
  /** For `http.request`: the agent, TLS, the network interface. */
  readonly connection: RequestOptions;
  /** Milliseconds until all of the answer is there; 0 for no limit. */
  readonly timeout: number;
  /** Of the answer, before and after it is decoded. */
  readonly maxBytes: number;
  /** Does not keep the process alive. */
  readonly unref: boolean;
}

export interface HttpCall {
  readonly uri: string;
  readonly headers: OutgoingHttpHeaders;
  /** Undefined: GET, else POST. */
  readonly body: string | undefined;
}

export interface HttpEvents {
  cookies(setCookie: readonly string[]): void;
  /** Once, never before the constructor has returned; not after `abort`. */
  ended(answer: HttpAnswer): void;
}

export class HttpExchange {
  #request: ClientRequest | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #over = false;
  readonly #rules: HttpRules;
  readonly #events: HttpEvents;

  constructor(call: HttpCall, rules: HttpRules, events: HttpEvents) {
    this.#rules = rules;
    this.#events = events;
    try {
      this.#send(call);
    } catch (error) {
      process.nextTick(() => this.#fail(error instanceof Error ? error : new Error(String(error)))); // nobody listens yet
    }
  }

  abort(): void {
    this.#over = true;
    clearTimeout(this.#timer);
    this.#request?.destroy();
  }

  /** @throws {TypeError} for headers and agents that Node does not take */
  #send({ uri, headers, body }: HttpCall): void {
    const { connection, timeout, unref } = this.#rules;
    const create = uri.startsWith("https:") ? secureRequest : request;
    const sent = create(uri, {
      ...connection,
      method: body === undefined ? "GET" : "POST",
      headers: { "accept-encoding": acceptEncoding, ...headers },
    });
    this.#request = sent;
    sent.on("error", (error) => this.#fail(error));
    sent.on("response", (response) => this.#receive(response));
    if (unref) sent.on("socket", (socket) => socket.unref());
    if (timeout > 0) this.#timer = setTimeout(() => this.#fail(new Error("timeout")), timeout);
    if (unref) this.#timer?.unref();
    sent.end(body);
  }

  #receive(response: IncomingMessage): void {
    const { statusCode: status = 0, statusMessage: statusText = "", headers } = response;
    if (!this.#over && headers["set-cookie"] !== undefined) this.#events.cookies(headers["set-cookie"]);
    readBody(response, this.#rules.maxBytes, (error, text) => {
      if (error) this.#fail(error);
      else this.#end(new HttpAnswer({ status, statusText, headers }, text));
    });
  }

  #fail(error: Error): void {
    this.#request?.destroy();
    this.#end(HttpAnswer.failed(error));
  }

  #end(answer: HttpAnswer): void {
    if (this.#over) return;
    this.#over = true;
    clearTimeout(this.#timer);
    this.#events.ended(answer);
  }
}
