/** Every sink keeps the contract: responses of node:http and node:http2, as they are and behind middleware, and of fetch. */

import assert from "node:assert/strict";
import { pipeline, Readable } from "node:stream";
import { describe } from "node:test";
import { createGunzip } from "node:zlib";
import compression from "compression";
import { openResponse } from "../src/node/response.ts";
import type { EventSink } from "../src/protocol/event-sink.ts";
import { resolveStreamHeaders } from "../src/protocol/stream-headers.ts";
import type { NodeRequest, NodeResponse } from "../src/server.ts";
import { ResponseBody } from "../src/web/response.ts";
import { eventSinkContract, first, type OpenSink } from "./event-sink.contract.ts";
import { type Protocol, protocols, serve } from "./stream-server.ts";

/** What stands in front of the sink. */
type Middleware = (request: NodeRequest, response: NodeResponse) => void;

const nothing: Middleware = () => {};

/** As that which logs what is sent. */
const replacedWrite: Middleware = (_, response) => {
  const plain: unknown = response.write;
  assert.ok(typeof plain === "function");
  Object.assign(response, { write: (...parameters: unknown[]) => Reflect.apply(plain, response, parameters) });
};

const compress = compression({ filter: () => true, threshold: 0, level: 0 });
const compressed: Middleware = (request, response) => Reflect.apply(compress, undefined, [request, response, () => {}]);

function onNode(protocol: Protocol, middleware: Middleware): OpenSink {
  return async (context, handler) => {
    let sink: EventSink | undefined;
    const server = await serve(context, protocol, (request, response) => {
      middleware(request, response);
      const headers = resolveStreamHeaders({ "Cache-Control": "no-cache" });
      sink = openResponse(response, { status: 200, headers }, handler);
      sink.write([first]);
    });
    const { headers, body, destroy } = await server.get("/", { headers: { "accept-encoding": "gzip" } });
    assert.ok(sink);
    const isZipped = headers["content-encoding"] === "gzip";
    assert.equal(isZipped, middleware === compressed);
    return { sink, body: isZipped ? pipeline(body, createGunzip(), () => {}) : body, leave: destroy };
  };
}

const onFetch: OpenSink = async (_, handler) => {
  const sink = new ResponseBody(undefined).open(handler);
  sink.write([first]);
  const body = Readable.fromWeb(sink.stream, { highWaterMark: 0 });
  return { sink, body, leave: () => void body.destroy() };
};

for (const protocol of protocols) describe(protocol, () => eventSinkContract(onNode(protocol, nothing)));
for (const protocol of ["http", "http2"] as const) {
  describe(`${protocol}, its write replaced`, () => eventSinkContract(onNode(protocol, replacedWrite)));
  describe(`${protocol}, compressed`, () => eventSinkContract(onNode(protocol, compressed)));
}
describe("the body of a Response", () => eventSinkContract(onFetch));
