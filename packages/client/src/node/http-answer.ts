/** How an HTTP request ended: an XMLHttpRequest that is done, as far as programs read it from the `context` of an error. */

import type { IncomingHttpHeaders } from "node:http";

export class HttpAnswer {
  readonly readyState = 4;
  /** 0 if there was no answer. */
  readonly status: number;
  /** The error if there was no answer. */
  readonly statusText: string | Error;
  readonly responseText: string;
  readonly #headers: IncomingHttpHeaders;

  static failed(error: Error): HttpAnswer {
    return new HttpAnswer({ status: 0, statusText: error, headers: {} }, "");
  }

  constructor(
    head: { readonly status: number; readonly statusText: string | Error; readonly headers: IncomingHttpHeaders },
    responseText: string,
  ) {
    this.status = head.status;
    this.statusText = head.statusText;
    this.responseText = responseText;
    this.#headers = head.headers;
  }

  get response(): string {
    return this.responseText;
  }

  /** As a Response has them. */
  get headers(): Pick<Headers, "get"> {
    return { get: (name) => this.getResponseHeader(name) };
  }

  getResponseHeader(name: string): string | null {
    const value = this.#headers[name.toLowerCase()];
    return value === undefined ? null : [value].flat().join(", ");
  }

  getAllResponseHeaders(): string {
    return Object.keys(this.#headers)
      .map((name) => `${name}: ${this.getResponseHeader(name)}`)
      .join("\r\n");
  }
}
