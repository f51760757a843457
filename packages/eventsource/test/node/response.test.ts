/** What the sinks of node:http and node:http2 do beyond the contract of all sinks: the head, what is counted, and others' writes. */

import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { describe, type TestContext, test } from "node:test";
import { openResponse, type ResponseHead } from "../../src/node/response.ts";
import type { EventSink, EventSinkHandler } from "../../src/protocol/event-sink.ts";
import { resolveStreamHeaders } from "../../src/protocol/stream-headers.ts";
import type { NodeResponse } from "../../src/server.ts";
import { exchange, type Protocol, protocols, type Reader, readUntil, serve } from "../stream-server.ts";

interface Bench {
  readonly sink: EventSink;
  readonly response: NodeResponse;
  readonly log: string[];
  /** Emits what the sink tells. */
  readonly told: EventEmitter;
  readonly reader: Reader;
}

const head: ResponseHead = { status: 200, headers: resolveStreamHeaders({}) };
const first = Buffer.from(": first\n\n");
/** More than the buffers of two sockets take. */
const flood = Buffer.alloc(8 * 1024 * 1024, "a");

async function open(context: TestContext, protocol: Protocol, given: ResponseHead = head): Promise<Bench> {
  const log: string[] = [];
  const told = new EventEmitter();
  const tell = (what: string): void => {
    log.push(what);
    told.emit(what);
  };
  const { made, reader } = await exchange(context, protocol, (_, response) => {
    const sink = openResponse(response, given, {
      drained: () => tell("drained"),
      flush: () => {},
      closed: () => tell("closed"),
    });
    sink.write([first]);
    return { sink, response };
  });
  return { ...made, log, told, reader };
}

const ignoring: EventSinkHandler = { drained: () => {}, flush: () => {}, closed: () => {} };

/** As a program does that answers by itself. */
function begin(response: NodeResponse): void {
  response.writeHead(200);
  const writer: { write(bytes: Uint8Array): boolean } = response;
  writer.write(first);
}

for (const protocol of protocols) {
  describe(protocol, () => {
    test("sends the head with the first bytes", async (context) => {
      const { reader } = await open(context, protocol);
      assert.equal(reader.status, 200);
      assert.equal(reader.headers["content-type"], "text/event-stream; charset=utf-8");
      assert.equal(reader.headers["cache-control"], "no-cache, no-transform");
      assert.equal(reader.headers["x-accel-buffering"], "no");
      assert.equal(await readUntil(reader.body, (text) => text.length >= first.length), first.toString());
    });

    test("adds headers, replaces its own in any case, and keeps what was set before", async (context) => {
      const { reader } = await exchange(context, protocol, (_, response) => {
        response.setHeader("X-Before", "kept");
        const further = { "X-Own": "1", "CACHE-CONTROL": "no-store", "Set-Cookie": ["a=1", "b=2"] };
        const headers = resolveStreamHeaders(further);
        openResponse(response, { status: 201, headers }, ignoring).write([first]);
      });
      assert.equal(reader.status, 201);
      assert.equal(reader.headers["x-before"], "kept");
      assert.equal(reader.headers["x-own"], "1");
      assert.equal(reader.headers["cache-control"], "no-store");
      assert.deepEqual(reader.headers["set-cookie"], ["a=1", "b=2"]);
    });

    test("counts what a client does not read, says so, and tells when it has", async (context) => {
      const { sink, log, told, reader } = await open(context, protocol);
      reader.body.pause();
      assert.equal(sink.write([flood]), false);
      assert.ok(sink.bufferedBytes >= flood.length, `${sink.bufferedBytes}`);
      assert.ok(sink.bufferedBytes <= flood.length + 100, "no more than what HTTP adds");
      sink.write([flood]);
      assert.ok(sink.bufferedBytes >= 2 * flood.length - 1);
      assert.deepEqual(log, []);
      const drained = once(told, "drained");
      reader.body.resume();
      await drained;
      assert.deepEqual(log, ["drained"]);
      assert.equal(sink.bufferedBytes, 0);
      assert.equal(sink.write([first]), true);
    });

    test("others are let in behind what was sent before", async (context) => {
      const { reader } = await exchange(context, protocol, (_, response) => {
        const flush = (): void => void sink.write([Buffer.from(": before\n\n")]);
        let isFlushed = false;
        const sink = openResponse(response, head, {
          ...ignoring,
          flush: () => {
            if (!isFlushed) {
              isFlushed = true;
              flush();
            }
          },
        });
        const writer: { write(text: string): boolean } = response;
        writer.write(": other\n\n");
        response.end();
      });
      assert.equal(await readUntil(reader.body, () => false), ": before\n\n: other\n\n");
    });

    test("a client that went before the stream began is no error", async (context) => {
      const { made: response, reader } = await exchange(context, protocol, (_, response) => {
        begin(response);
        return response;
      });
      const closed = once(response, "close");
      reader.destroy();
      await closed;
      let isClosed = false;
      const told = new Promise<void>((resolve) => {
        const sink = openResponse(response, head, { ...ignoring, closed: () => resolve() });
        isClosed = sink.closed;
        assert.equal(sink.write([first]), false);
      });
      assert.equal(isClosed, true);
      await told;
    });

    test("a length that was set for another body is taken back", async (context) => {
      const { reader } = await exchange(context, protocol, (_, response) => {
        response.setHeader("Content-Length", "2");
        openResponse(response, head, ignoring).write([first]);
      });
      assert.equal(reader.headers["content-length"], undefined);
      assert.equal(await readUntil(reader.body, (text) => text.length >= first.length), first.toString());
    });

    test("a response that has begun is refused", async (context) => {
      const { made: error } = await exchange(context, protocol, (_, response) => {
        begin(response);
        try {
          openResponse(response, head, ignoring);
        } catch (error) {
          return error;
        }
        return undefined;
      });
      assert.ok(error instanceof Error && "code" in error);
      assert.equal(error.code, "headers-sent");
    });

    test("headers that would forge others are refused, and the response is still free", async (context) => {
      const { made: error, reader } = await exchange(context, protocol, (_, response) => {
        const headers = { "X-Own": "a\r\nX-Forged: b" };
        try {
          openResponse(response, { status: 200, headers: resolveStreamHeaders(headers) }, ignoring);
        } catch (error) {
          response.statusCode = 500;
          response.end();
          return error;
        }
        return undefined;
      });
      assert.ok(error instanceof TypeError && "code" in error);
      assert.equal(error.code, "bad-header");
      assert.equal(reader.status, 500);
      assert.equal(reader.headers["x-forged"], undefined);
    });
  });
}

test("a server's timeout of silent connections does not end a stream", async (context) => {
  const timeouts: number[] = [];
  const server = await serve(context, "http", (_, response) => {
    response.setTimeout = (milliseconds: number) => {
      timeouts.push(milliseconds);
      return response;
    };
    openResponse(response, head, ignoring).write([first]);
  });
  await server.get();
  assert.deepEqual(timeouts, [0]);
});
