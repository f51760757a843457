/** What the client needs of where it runs; each root (`index.ts`, `node.ts`) chooses it and hands it down. */

import type { Anything } from "@anywire/protocol/emitter";
import type { Base64 } from "@anywire/protocol/engine";
import type { Packet } from "@anywire/protocol/socket";
import type { EngineOptions } from "./engine/engine-options.ts";
import type { Session } from "./engine/session.ts";
import type { TransportConstructor } from "./engine/transport.ts";

/**
 * Cookies of one session, where the platform keeps none itself (Node.js, with `withCredentials`). The face is that of
 * engine.io-client's jar: its transports find it in our session, and ours its jar in its.
 */
export interface CookieJar {
  /** Those that have not expired. */
  readonly cookies: Iterable<readonly [name: string, cookie: { readonly value: string }]>;
  /** @param setCookie values of `Set-Cookie` headers */
  parseCookies(setCookie: readonly string[] | null | undefined): void;
  /** For transports on fetch. */
  appendCookies(headers: Headers): void;
}

/** Where pages are found; undefined in Node.js. */
export type PageLocation = Pick<Location, "host" | "hostname" | "port" | "protocol">;

/** Writes packets of Socket.IO and reads them: the faces of socket.io-parser. */
export interface Parser {
  readonly Encoder: new () => { encode(packet: Packet): Anything[] };
  readonly Decoder: new () => {
    add(data: Anything): void;
    destroy(): void;
    on(event: "decoded", listener: (packet: Packet) => void): unknown;
  };
}

export interface Platform {
  /** Where the option `parser` says nothing else. */
  readonly parser: Parser;
  /** Transports that go by name, in the order in which they are tried. */
  readonly transports: Readonly<Record<string, TransportConstructor>>;
  /** How binary data is given to the program. */
  readonly binaryType: BinaryType;
  readonly base64: Base64;
  readonly location: PageLocation | undefined;
  readonly createCookieJar?: (() => CookieJar) | undefined;
  /** In place of a session of its own. */
  readonly openSession?: ((uri: string | undefined, options: EngineOptions) => Session) | undefined;
}

/** `nodebuffer` only in Node.js, `blob` only where there are Blobs. */
export type BinaryType = "nodebuffer" | "arraybuffer" | "blob";
