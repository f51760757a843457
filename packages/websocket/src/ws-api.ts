/** The type names of @types/ws that no other file owns: programs that were written with them compile unchanged. */

import type { ClientRequest, IncomingMessage, OutgoingHttpHeaders } from "node:http";
import type { DeflateSettings } from "./node/deflate.ts";
import type { WebSocket } from "./websocket.ts";

/** What listeners of `message` get: by `binaryType`, binary data as a Buffer, an ArrayBuffer or a list of Buffers; text as a Buffer. */
export type RawData = Buffer | ArrayBuffer | Buffer[];

/** What an event of type `message` carries: text is a string there. */
export type Data = string | RawData;

/** What can be sent: whatever `Buffer.from` takes, a number as text, a Blob. */
export type BufferLike =
  | string
  | number
  | ArrayBufferView
  | ArrayBufferLike
  | Blob
  | readonly unknown[]
  | { valueOf(): ArrayBufferLike | Uint8Array | readonly number[] | string }
  | { [Symbol.toPrimitive](hint: string): string };

/** A certificate or a key. */
export type CertMeta = string | string[] | Buffer | Buffer[];

export interface VerifyClientInfo<Request extends IncomingMessage = IncomingMessage> {
  /** The header Origin, or Sec-WebSocket-Origin of version 8. */
  origin: string;
  /** The connection is encrypted. */
  secure: boolean;
  req: Request;
}

/** Whether the handshake is accepted; 401 if not. */
export type VerifyClientCallbackSync<Request extends IncomingMessage = IncomingMessage> = (
  info: VerifyClientInfo<Request>,
) => boolean;

/** Says by a call of `callback` whether the handshake is accepted, and how it is refused. */
export type VerifyClientCallbackAsync<Request extends IncomingMessage = IncomingMessage> = (
  info: VerifyClientInfo<Request>,
  callback: (res: boolean, code?: number, message?: string, headers?: OutgoingHttpHeaders) => void,
) => void;

/** Gets the client's request before it is sent, and must call `request.end()`. */
export type FinishRequestCallback = (request: ClientRequest, websocket: WebSocket) => void;

/** permessage-deflate, RFC 7692. */
export type PerMessageDeflateOptions = { -readonly [Name in keyof DeflateSettings]: DeflateSettings[Name] };

export interface Event {
  type: string;
  target: WebSocket;
}

export interface ErrorEvent extends Event {
  // biome-ignore lint/suspicious/noExplicitAny: @types/ws has it so, and programs read its properties
  error: any;
  message: string;
}

export interface CloseEvent extends Event {
  /** The closing handshake was completed. */
  wasClean: boolean;
  /** 1005: the peer gave no code; 1006: there was no closing handshake. */
  code: number;
  reason: string;
}

export interface MessageEvent extends Event {
  data: Data;
}

/** What `addEventListener` knows. */
export interface WebSocketEventMap {
  open: Event;
  error: ErrorEvent;
  close: CloseEvent;
  message: MessageEvent;
}

/** A function, or an object that has one. */
export type Handler<Type extends keyof WebSocketEventMap> =
  | ((event: WebSocketEventMap[Type]) => void)
  | { handleEvent(event: WebSocketEventMap[Type]): void };
