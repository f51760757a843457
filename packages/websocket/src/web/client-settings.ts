/** How the standard's classes connect: there are no options, as in a browser. */

import type { ConnectionOptions } from "../node/connection.ts";
import { Deflate } from "../node/deflate.ts";
import type { OpeningOptions } from "../node/opening.ts";
import { resolveConnection, withDeflate } from "../options.ts";
import type { DeflateParameters } from "../protocol/deflate-offer.ts";

/** What browsers offer: any window, and they take a smaller one too (RFC 7692 §7.1.2.2). */
const deflateSettings = { clientMaxWindowBits: true };

/** Without cookies and without an origin: there is no page. */
export const openingOptions: OpeningOptions = {
  protocolVersion: 13,
  origin: undefined,
  headers: {},
  deflatePolicy: deflateSettings,
  followRedirects: false,
  maxRedirects: 0,
  handshakeTimeout: 240_000, // Chromium's
  http2: false,
  request: {},
};

const options = resolveConnection({}, "client");

export function connectionOptions(parameters: DeflateParameters | undefined): ConnectionOptions {
  if (parameters === undefined) return options;
  return withDeflate(options, new Deflate(parameters, deflateSettings, false));
}
