/** Polling by `fetch`: browsers, workers, and every other platform of today. */

import { Polling } from "./polling.ts";

/** How long a server may take for the goodbye, in milliseconds. */
const goodbyeTimeout = 5_000;

export interface FetchRequest extends RequestInit {
  readonly headers: Headers;
}

export class Fetch extends Polling {
  /** Ends the poll that waits. */
  #abort = (): void => {};

  protected override doPoll(): void {
    void this.#run("poll", {}, (text) => this.onData(text));
  }

  protected override doWrite(body: string, written: () => void): void {
    void this.#run("post", { method: "POST", body }, written);
  }

  /** The goodbye arrives first: a poll that is cut before looks like a failure to the server. */
  protected override doClose(): void {
    const signal = AbortSignal.timeout(goodbyeTimeout);
    if (this.readyState !== "open") this.#abort();
    else this.#fetch({ method: "POST", body: "1", keepalive: true, signal }).then(this.#abort, this.#abort);
  }

  async #run(kind: "poll" | "post", init: RequestInit, done: (text: string) => void): Promise<void> {
    const { requestTimeout } = this.opts;
    const aborting = new AbortController();
    const abort = (): void => aborting.abort();
    if (requestTimeout) AbortSignal.timeout(requestTimeout).onabort = abort;
    if (kind === "poll") this.#abort = abort;
    const reason = `xhr ${kind} error`;
    let text: string;
    try {
      const response = await this.#fetch({ ...init, signal: aborting.signal });
      if (!response.ok) return void this.onError(reason, response.status, response);
      text = await response.text();
    } catch (error) {
      return void this.onError(reason, error);
    }
    done(text);
  }

  protected ask(request: FetchRequest): Promise<Response> {
    return fetch(this.uri(), request);
  }

  #fetch(init: RequestInit): Promise<Response> {
    const { extraHeaders, withCredentials } = this.opts;
    const credentials = withCredentials ? "include" : "same-origin"; // as an XMLHttpRequest
    return this.ask({ ...init, headers: new Headers(extraHeaders), credentials });
  }
}
