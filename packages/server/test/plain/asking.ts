/** Requests as no browser would send them, and what is the same in every refusal. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { request as httpRequest } from "node:http";
import type { House } from "./house.ts";

export const json = { "Content-Type": "application/json" };
export const form = { "Content-Type": "application/x-www-form-urlencoded" };
export const poll = { Accept: "application/json" };
export const stream = { Accept: "text/event-stream" };

export interface Ask {
  readonly method?: string;
  readonly query?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Uint8Array;
}

export interface Told {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

/** fetch refuses to send some of these headers, so it is http.request. */
export async function ask(house: House, { method = "GET", query = "", headers = {}, body }: Ask): Promise<Told> {
  const request = httpRequest(`${house.url}${query}`, { method, headers, agent: false });
  request.on("error", () => {});
  request.end(body);
  const [response] = await once(request, "response");
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  const told = new Headers();
  for (const [name, value] of Object.entries(response.headers)) told.set(name, String(value));
  return { status: response.statusCode, headers: told, body: Buffer.concat(chunks).toString() };
}

export async function expectProblem(
  house: House,
  asked: Ask,
  [status, code]: [status: number, code: string],
): Promise<Told> {
  const told = await ask(house, asked);
  assert.equal(told.status, status, told.body);
  assert.equal(told.headers.get("content-type"), "application/problem+json");
  assert.equal(told.headers.get("cache-control"), "no-store");
  assert.equal(told.headers.get("vary"), "Origin, Accept");
  if (asked.method !== "HEAD") {
    const problem = JSON.parse(told.body);
    assert.deepEqual([problem.type, problem.status, problem.code], ["about:blank", status, code]);
    assert.equal(typeof problem.title, "string");
    assert.equal(typeof problem.detail, "string");
  }
  return told;
}
