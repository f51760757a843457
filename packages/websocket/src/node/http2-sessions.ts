/** Sessions of HTTP/2 that clients open WebSockets on: the program's, or ours, which clients of one origin share. */

import type { ClientHttp2Session } from "node:http2";
import type { RequestOptions } from "node:https";
import { Duplex } from "node:stream";
import { AnswerError } from "../protocol/errors.ts";
import type { Address } from "./address.ts";
import { loadHttp2 } from "./http2-stream.ts";
import { connectTo } from "./request.ts";

export interface SessionTarget {
  readonly address: Address;
  /** The client's. */
  readonly options: RequestOptions;
  /** A session of the program's, or true for one of ours. */
  readonly http2: true | ClientHttp2Session;
}

/** One WebSocket's right to a stream of a session. */
export interface Place {
  readonly session: ClientHttp2Session;
  /** More want a stream than the server allows (RFC 9113 §5.1.2): known when the session is ready. */
  readonly crowded: boolean;
  /** The stream is closed, or is not wanted any more. */
  leave(): void;
}

/** Of what a server sends without being asked to wait. Node's own 64 KiB would be the most in one round trip. */
const streamWindow = 0x10_0000;
const sessionWindow = 0x100_0000;

/** Streams of a session before its server has said how many: what it should allow at least (RFC 9113 §6.5.2). */
const usualStreams = 100;

const shared = new Set<SharedSession>();

/** @throws {Error} as `net.connect` and `tls.connect` do for options that make no sense */
export function findPlace(target: SessionTarget): Place {
  if (target.http2 !== true) return { session: target.http2, crowded: false, leave() {} };
  const own = [...shared].find((each) => each.suits(target)) ?? new SharedSession(target);
  return own.enter();
}

/** Ends with its last WebSocket. */
class SharedSession {
  private readonly session: ClientHttp2Session;
  private readonly target: SessionTarget;
  private taken = 0;

  constructor(target: SessionTarget) {
    this.target = target;
    this.session = openSession(target);
    this.session.on("close", () => shared.delete(this));
    shared.add(this);
  }

  suits({ address, options }: SessionTarget): boolean {
    const { session, target } = this;
    if (session.closed || session.destroyed || this.taken >= this.room) return false;
    const { secure, authority } = target.address;
    return secure === address.secure && authority === address.authority && haveSame(target.options, options);
  }

  enter(): Place {
    this.taken++;
    const { session } = this;
    const isCrowded = (): boolean => this.taken > this.room;
    let here = true;
    return {
      session,
      get crowded() {
        return isCrowded();
      },
      leave: () => {
        if (here) this.left();
        here = false;
      },
    };
  }

  private get room(): number {
    const { connecting, remoteSettings } = this.session;
    return connecting ? usualStreams : Math.max(1, remoteSettings?.maxConcurrentStreams ?? usualStreams);
  }

  private left(): void {
    this.taken--;
    if (this.taken > 0) return;
    shared.delete(this);
    if (this.session.connecting) this.session.destroy();
    else this.session.close();
  }
}

function openSession({ address, options }: SessionTarget): ClientHttp2Session {
  const { secure, socketPath, authority } = address;
  const socket = connect(address, options);
  const origin = `${secure ? "https" : "http"}://${socketPath === undefined ? authority : "localhost"}`;
  const settings = { enablePush: false, initialWindowSize: streamWindow };
  const session = loadHttp2().connect(origin, { createConnection: () => socket, settings });
  session.once("connect", () => {
    if (session.destroyed) return; // Node tells of it nevertheless
    if (session.encrypted && session.alpnProtocol !== "h2")
      session.destroy(new AnswerError("WS_ERR_ANSWER_NO_HTTP2")); // RFC 9113 §3.2
    else session.setLocalWindowSize(sessionWindow);
  });
  session.on("error", ignore); // who waits for it, and each of its streams, is told
  return session;
}

function connect(address: Address, { signal: _ofOne, ...options }: RequestOptions): Duplex {
  const { createConnection } = options;
  const merged = { ...options, ALPNProtocols: ["h2"] }; // RFC 9113 §3.2
  if (createConnection === undefined) return connectTo(address, merged);
  const { host, port, socketPath } = address;
  const socket = createConnection({ ...merged, host, port, path: socketPath ?? null }, ignore);
  if (!(socket instanceof Duplex)) throw new TypeError("With http2, createConnection must return a stream");
  return socket;
}

/** What is of one WebSocket alone. Whatever else differs may be a matter of whom the connection trusts. */
const ofOneSocket: ReadonlySet<string> = new Set([
  "auth",
  "finishRequest",
  "followRedirects",
  "generateMask",
  "handshakeTimeout",
  "headers",
  "heartbeat",
  "http2",
  "maxRedirects",
  "origin",
  "perMessageDeflate",
  "protocols",
  "signal",
]);

function haveSame(one: RequestOptions, other: RequestOptions): boolean {
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].every(
    (name) => ofOneSocket.has(name) || Object.is(Reflect.get(one, name), Reflect.get(other, name)),
  );
}

/** While there is no listener, an error would end the process. */
function ignore(): void {}
