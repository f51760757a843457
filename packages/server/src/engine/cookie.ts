/** The Set-Cookie header of a session's id (RFC 6265 §4.1), with the options of the package `cookie`. */

export interface CookieOptions {
  /** @default "io" */
  readonly name?: string | undefined;
  /** Seconds. */
  readonly maxAge?: number | undefined;
  readonly domain?: string | undefined;
  /** @default "/" */
  readonly path?: string | undefined;
  readonly expires?: Date | undefined;
  /** @default true */
  readonly httpOnly?: boolean | undefined;
  readonly secure?: boolean | undefined;
  /** @default "lax" */
  readonly sameSite?: boolean | "lax" | "strict" | "none" | undefined;
  readonly partitioned?: boolean | undefined;
  readonly priority?: "low" | "medium" | "high" | undefined;
  /** Makes the value fit for a cookie. @default encodeURIComponent */
  readonly encode?: ((value: string) => string) | undefined;
}
