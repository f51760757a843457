/** Polling by `fetch`: browsers, workers, and every other platform of today. */

import { Polling } from "./polling.ts";

/** How long a server may take for the goodbye, in milliseconds. */
const goodbyeTimeout = 5_000;

export class Fetch extends Polling {
  #poll = new AbortController();
  /** Requests that carry packets. */
  #posts = 0;

  /** The goodbye arrives first: a poll that is cut before looks like a failure to the server. */
  override close(): this {
    super.close();
    this.#cutIfDone();
    return this;
  }

  protected override doPoll(): void {
    this.#poll = new AbortController();
    void this.#request(undefined, this.#poll, (text) => this.onData(text));
  }

  protected override doWrite(data: string, written: () => void): void {
    this.#posts++;
    void this.#request(data, new AbortController(), written).then(() => {
      this.#posts--;
      this.#cutIfDone();
    });
  }

  #cutIfDone(): void {
    if (this.readyState === "closed" && this.#posts === 0) this.#poll.abort();
  }

  async #request(body: string | undefined, aborting: AbortController, done: (text: string) => void): Promise<void> {
    const isGoodbye = body === "1";
    const timeout = this.opts.requestTimeout || (isGoodbye && goodbyeTimeout);
    const timer = timeout && setTimeout(() => aborting.abort(), timeout);
    let response: Response | undefined;
    let text = "";
    let problem: unknown;
    try {
      response = await this.#ask({ body: body ?? null, signal: aborting.signal, keepalive: isGoodbye });
      if (response.ok) text = await response.text();
      else problem = response.status;
    } catch (error) {
      problem = error;
      response = undefined;
    }
    if (timer) clearTimeout(timer);
    if (problem === undefined) done(text);
    else this.onError(`xhr ${body === undefined ? "poll" : "post"} error`, problem, response);
  }

  async #ask(init: RequestInit): Promise<Response> {
    const { extraHeaders, withCredentials } = this.opts;
    const jar = this.socket._cookieJar;
    const headers = new Headers(extraHeaders);
    if (init.body) headers.set("content-type", "text/plain;charset=UTF-8");
    jar?.appendCookies(headers);
    const credentials = withCredentials ? "include" : "same-origin"; // as an XMLHttpRequest
    const response = await fetch(this.uri(), { ...init, method: init.body ? "POST" : "GET", headers, credentials });
    jar?.parseCookies(response.headers.getSetCookie());
    return response;
  }
}
