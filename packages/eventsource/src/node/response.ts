/** A response of node:http or node:http2 as the sink of an event stream (WHATWG HTML §9.2). */

import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { frameChunk } from "../protocol/chunk.ts";
import { must } from "../protocol/errors.ts";
import type { EventSink, EventSinkHandler } from "../protocol/event-sink.ts";
import { joinPieces } from "../protocol/joined-pieces.ts";
import { MadeOnce } from "../protocol/made-once.ts";
import type { StreamHeaders } from "../protocol/stream-headers.ts";
import { afterTick } from "./end-of-tick.ts";
import { frontStreamOf, waitingIn } from "./front-stream.ts";
import {
  awaitDrain,
  forgetDrain,
  type Hooked,
  hasOwnWrite,
  hook,
  type Method,
  type NodeResponse,
  unhook,
} from "./hooks.ts";
import { writesPlainly } from "./plain-http.ts";
import { awaitedConnection, awaitTurn, forgetTurn, type Waiting } from "./turns.ts";

/*
 * How it works. What many streams send in one tick is framed as a chunk of HTTP/1.1 for the first of them, and the others
 * write the same bytes to their sockets. That is done only where `response.write` would put the very same bytes there at
 * this moment; it is asked anew for each write. All else takes `response.write`: HTTP/2, HTTP/1.0, responses that
 * middleware has changed, that are corked, that wait for their turn on the connection, and the head with the first bytes.
 */

export type { NodeResponse } from "./hooks.ts";

export interface ResponseHead {
  readonly status: number;
  readonly headers: StreamHeaders;
}

/**
 * Prepares the response; the head leaves with the first bytes. A client that went away before is no error: `closed` follows.
 * @throws {EventStreamError} headers-sent
 */
export function openResponse(response: NodeResponse, head: ResponseHead, handler: EventSinkHandler): EventSink {
  const connection = awaitedConnection(response);
  if (connection?.destroyed) response.destroy(); // nobody else does
  const sink = new ResponseSink(response, handler);
  if (sink.isGone) {
    queueMicrotask(() => handler.closed()); // the response's own `close` is over
    return sink;
  }
  must(!response.headersSent && !response.writableEnded, "headers-sent");
  begin(response, head);
  hook(response, sink);
  if (connection !== undefined) awaitTurn(response, connection, sink);
  return sink;
}

/** What the responses have in common; their overloads have not. */
interface ByteWriter {
  /** Middleware's may answer nothing. */
  write(bytes: Uint8Array): unknown;
  flush?(): unknown;
}

/** RFC 9113 §7, CANCEL. */
const cancel = 0x8;

const allocate = (size: number): Uint8Array => Buffer.allocUnsafe(size);
const framed = new MadeOnce((pieces) => frameChunk(pieces, allocate));
const joined = new MadeOnce((pieces) => joinPieces(pieces, allocate));

class ResponseSink implements EventSink, Hooked, Waiting {
  readonly plainWrite: Method;
  readonly plainEnd: Method;
  private readonly response: NodeResponse;
  private readonly handler: EventSinkHandler;
  /** What is destroyed with the client. */
  private readonly stream: { readonly destroyed: boolean };
  /** The response, if its `write` is Node's own. */
  private readonly http1: ServerResponse | undefined;
  /** What middleware has put in front of the response. */
  private front: Duplex | undefined = undefined;
  /** The head has been written. */
  private hasBegun = false;
  /** The handler has been told so. */
  private hasGone = false;
  /** The `drain` of the response, or of what is in front of it, is listened for. */
  private isWaiting = false;
  /** The socket whose `drain` is listened for. */
  private socket: Socket | undefined = undefined;

  constructor(response: NodeResponse, handler: EventSinkHandler) {
    this.response = response;
    this.handler = handler;
    this.stream = "stream" in response ? response.stream : response;
    this.http1 = writesPlainly(response) ? response : undefined;
    this.plainWrite = methodOf(response.write);
    this.plainEnd = methodOf(response.end);
  }

  get isGone(): boolean {
    return this.stream.destroyed;
  }

  get closed(): boolean {
    return this.stream.destroyed || this.response.writableEnded || this.front?.writableEnded === true;
  }

  get bufferedBytes(): number {
    if (this.stream.destroyed) return 0;
    const { front, response } = this;
    return front === undefined ? response.writableLength : response.writableLength + waitingIn(front);
  }

  /** What has left at once is no reason to wait, however much it was. */
  write(pieces: readonly Uint8Array[]): boolean {
    if (this.closed) return false;
    const socket = this.freeSocket();
    const hasRoom = socket === undefined ? this.writeByResponse(pieces) : writeChunk(socket, pieces);
    if (hasRoom || this.bufferedBytes === 0) return true;
    this.awaitDrain(socket);
    return false;
  }

  end(): void {
    if (!this.isGone) this.response.end();
  }

  destroy(): void {
    const { response } = this;
    if ("stream" in response) response.stream.close(cancel);
    response.destroy();
    const connection = awaitedConnection(response);
    if (connection === undefined) return; // its `close` follows
    forgetTurn(connection, this);
    queueMicrotask(() => this.gone());
  }

  touched(): void {
    this.handler.flush();
  }

  drained(): void {
    const { front = this.http1, socket } = this;
    if (front?.writableNeedDrain || socket?.writableNeedDrain) return; // its `drain` follows
    this.forgetDrain();
    this.handler.drained();
  }

  lost(): void {
    this.response.destroy();
    this.gone();
  }

  gone(): void {
    if (this.hasGone) return;
    this.hasGone = true;
    if (this.isWaiting) this.forgetDrain();
    this.handler.closed();
  }

  /** The socket, if `response.write` would put one chunk there now and do nothing else. */
  private freeSocket(): Socket | undefined {
    const response = this.http1;
    if (response === undefined || !this.hasBegun || !hasOwnWrite(response)) return undefined;
    const { socket } = response;
    if (socket === null || !socket.writable || !response.chunkedEncoding) return undefined;
    if (response.writableCorked > 0) return undefined;
    const waiting = response.writableLength; // the socket's too
    return waiting === 0 || waiting === socket.writableLength ? socket : undefined;
  }

  private writeByResponse(pieces: readonly Uint8Array[]): boolean {
    const { response } = this;
    if (this.hasBegun) return hasRoom(this.front ?? response, writeThrough(response, pieces));
    if (response.req?.method === "HEAD") return true; // RFC 9110 §9.3.2: the head leaves with the end
    this.hasBegun = true;
    const answer = this.writeWithHead(pieces);
    this.front = frontStreamOf(response); // which the head may have brought
    return hasRoom(this.front ?? response, answer);
  }

  private writeWithHead(pieces: readonly Uint8Array[]): unknown {
    const socket = this.http1?.socket;
    socket?.cork(); // the head leaves with the first bytes
    try {
      this.http1?.flushHeaders(); // it is kept for as long as the stream lives: so, in one piece
      return writeThrough(this.response, pieces);
    } finally {
      socket?.uncork();
    }
  }

  private awaitDrain(socket: Socket | undefined): void {
    if (!this.isWaiting) awaitDrain(this.front ?? this.response, this);
    this.isWaiting = true;
    if (socket === undefined || this.socket !== undefined) return;
    this.socket = socket;
    awaitDrain(socket, this);
  }

  private forgetDrain(): void {
    this.isWaiting = false;
    forgetDrain(this.front ?? this.response);
    if (this.socket !== undefined) unhook(this.socket);
    this.socket = undefined;
  }
}

/** @returns what `write` has answered last */
function writeThrough(response: ByteWriter, pieces: readonly Uint8Array[]): unknown {
  let answer: unknown = true;
  for (const piece of shared(joined, pieces)) answer = response.write(piece);
  if (Object.hasOwn(response, "flush")) response.flush?.(); // compressing middleware adds it, and holds back what it can
  return answer;
}

/** What a `write` answers is the word of whoever has replaced it; that a `drain` follows is the stream's own. */
function hasRoom(writable: NodeResponse | Duplex, answer: unknown): boolean {
  return "writableNeedDrain" in writable ? !writable.writableNeedDrain : answer !== false;
}

/** One chunk of HTTP/1.1, all its bytes in one write of the system. */
function writeChunk(socket: Socket, pieces: readonly Uint8Array[]): boolean {
  const chunk = shared(framed, pieces);
  const [first] = chunk;
  if (chunk.length === 1 && first !== undefined) return socket.write(first);
  let hasRoom = true;
  socket.cork();
  for (const piece of chunk) hasRoom = socket.write(piece);
  socket.uncork();
  return hasRoom;
}

/** Made once in a tick for all streams that send the same. */
function shared(made: MadeOnce, pieces: readonly Uint8Array[]): readonly Uint8Array[] {
  if (made.isEmpty) afterTick(clear);
  return made.of(pieces);
}

function clear(): void {
  framed.clear();
  joined.clear();
}

function begin(response: NodeResponse, { status, headers }: ResponseHead): void {
  if (response.hasHeader("content-length")) response.removeHeader("content-length"); // of what was to be sent before
  response.setTimeout(0); // a stream may be silent for longer than a server lets a connection be
  const writer: HeadWriter = response;
  writer.writeHead(status, headers); // not by `setHeader`, which would keep them for as long as the stream lives
}

interface HeadWriter {
  writeHead(status: number, headers: StreamHeaders): unknown;
}

/** Called with the response as `this`, whatever its overloads. */
function methodOf(method: unknown): Method {
  return method as Method; // one of the response's own two
}
