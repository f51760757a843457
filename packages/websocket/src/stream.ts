/** createWebSocketStream: a WebSocket as a Duplex of node:stream. Each chunk is a message. */

import type { EventEmitter } from "node:events";
import { Duplex, type DuplexOptions } from "node:stream";
import type { SendCallback } from "./node/send-callback.ts";

/** What the stream needs of a WebSocket. */
export interface StreamedSocket extends EventEmitter {
  readonly CONNECTING: number;
  readonly CLOSED: number;
  readonly readyState: number;
  readonly isPaused: boolean;
  /** What carries the connection; null until it is open, and for ever if it never was. */
  readonly _socket: Duplex | null;
  send(data: Buffer | string, callback: SendCallback): void;
  pause(): void;
  resume(): void;
  close(): void;
  terminate(): void;
}

type Done = (error?: Error | null) => void;

/**
 * A stream of the messages of `websocket`: what is written is sent, and what comes can be read, no faster than it is read.
 * `end()` closes the connection, `destroy()` cuts it; the stream emits `close` after the socket did.
 *
 * @param options those of Duplex, but for `objectMode`, `writableObjectMode`, `autoDestroy` and `emitClose`. With
 * `readableObjectMode` text messages are read as strings, and the bounds of messages are kept; with `decodeStrings: false`
 * strings are sent as text.
 */
export function createWebSocketStream(websocket: StreamedSocket, options?: DuplexOptions): Duplex {
  return new Bridge(websocket, options).duplex;
}

/** Between the two: what either tells, the other is told. */
class Bridge {
  readonly duplex: Duplex;
  private readonly socket: StreamedSocket;
  /** The socket closes by itself after its error: cut now, and its close frame might be lost. */
  private failed = false;

  constructor(socket: StreamedSocket, options: DuplexOptions | undefined) {
    this.socket = socket;
    this.duplex = new Duplex({
      ...options,
      autoDestroy: false, // it is over when the socket is
      emitClose: false,
      objectMode: false, // a Buffer or a string is a message, nothing else
      writableObjectMode: false,
      read: () => this.read(),
      write: (chunk, _encoding, done) => this.write(chunk, done),
      final: (done) => this.final(done),
      destroy: (error, done) => this.destroy(error, done),
    });
    this.listenToSocket();
    this.listenToStream();
  }

  private listenToSocket(): void {
    const { socket, duplex } = this;
    socket.on("message", (data: Buffer, isBinary: boolean) => {
      const chunk = !isBinary && duplex.readableObjectMode ? data.toString() : data;
      if (!duplex.push(chunk)) socket.pause();
    });
    socket.once("error", (error: Error) => {
      if (duplex.destroyed) return;
      this.failed = true;
      duplex.destroy(error);
    });
    socket.once("close", () => {
      if (!duplex.destroyed) duplex.push(null);
    });
  }

  private listenToStream(): void {
    const { duplex } = this;
    const destroyWhenOver = (): void => {
      if (duplex.readableEnded && duplex.writableFinished) duplex.destroy();
    };
    const destroyOnError = (error: Error): void => {
      duplex.removeListener("error", destroyOnError);
      duplex.destroy();
      if (duplex.listenerCount("error") === 0) duplex.emit("error", error); // nobody else listens: it is thrown
    };
    duplex.on("end", destroyWhenOver);
    duplex.on("finish", destroyWhenOver);
    duplex.on("error", destroyOnError);
  }

  private read(): void {
    if (this.socket.isPaused) this.socket.resume();
  }

  private write(chunk: Buffer | string, done: Done): void {
    const { socket } = this;
    if (socket.readyState === socket.CONNECTING) socket.once("open", () => this.write(chunk, done));
    else socket.send(chunk, done);
  }

  private final(done: Done): void {
    const { socket } = this;
    if (socket.readyState === socket.CONNECTING) {
      socket.once("open", () => this.final(done));
      return;
    }
    const carrier = socket._socket;
    if (carrier === null) return; // the handshake has failed: the socket's `error` destroys the stream
    if (carrier.writableFinished || carrier.closed) return done();
    onceEither(carrier, ["finish", "close"], () => done());
    socket.close();
  }

  private destroy(error: Error | null, done: Done): void {
    const { socket, duplex } = this;
    const emitClose = (): void => {
      process.nextTick(() => duplex.emit("close"));
    };
    if (socket.readyState === socket.CLOSED) {
      done(error);
      return emitClose();
    }
    onceEither(socket, ["error", "close"], (later) => done(later instanceof Error ? later : error));
    socket.once("close", emitClose);
    if (!this.failed) socket.terminate();
  }
}

/** Calls `listener` for what is emitted first, and never again. */
function onceEither(emitter: EventEmitter, names: readonly string[], listener: (argument?: unknown) => void): void {
  let called = false;
  for (const name of names) {
    emitter.once(name, (argument?: unknown) => {
      if (called) return;
      called = true;
      listener(argument);
    });
  }
}
