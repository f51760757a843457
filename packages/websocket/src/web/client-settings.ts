/** How the standard's classes connect: there are no options, as in a browser. */

import { resolveClientOptions } from "../client-options.ts";
import type { ConnectionOptions } from "../node/connection.ts";
import { Deflate } from "../node/deflate.ts";
import type { OpeningOptions } from "../node/opening.ts";
import { withDeflate } from "../options.ts";
import type { DeflateParameters } from "../protocol/deflate-offer.ts";

/** The defaults are a browser's, but for what belongs to a page: no cookies, no origin. */
const settings = resolveClientOptions({});

export const openingOptions: OpeningOptions = settings;

export function connectionOptions(parameters: DeflateParameters | undefined): ConnectionOptions {
  if (parameters === undefined) return settings.connection;
  return withDeflate(settings.connection, new Deflate(parameters, settings.deflatePolicy ?? {}, false));
}
