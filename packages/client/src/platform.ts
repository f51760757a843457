/** What the client needs of where it runs; each root (`index.ts`, `node.ts`) chooses it and hands it down. */

import type { Base64 } from "@anywire/protocol/engine";
import type { TransportConstructor } from "./engine/transport.ts";

/** Cookies of one session, where the platform keeps none itself (Node.js, with `withCredentials`). */
export interface CookieJar {
  /** The value of a `Cookie` header; undefined if there is none to send. */
  readonly header: string | undefined;
  /** @param setCookie values of `Set-Cookie` headers */
  store(setCookie: readonly string[]): void;
}

/** Where pages are found; undefined in Node.js. */
export type PageLocation = Pick<Location, "host" | "hostname" | "port" | "protocol">;

export interface Platform {
  /** Transports that go by name, in the order in which they are tried. */
  readonly transports: Readonly<Record<string, TransportConstructor>>;
  /** How binary data is given to the program. */
  readonly binaryType: BinaryType;
  readonly base64: Base64;
  readonly location: PageLocation | undefined;
  readonly createCookieJar?: (() => CookieJar) | undefined;
}

/** `nodebuffer` only in Node.js, `blob` only where there are Blobs. */
export type BinaryType = "nodebuffer" | "arraybuffer" | "blob";
