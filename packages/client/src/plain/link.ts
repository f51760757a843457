/** The port between a socket and what carries it: a transport makes a link for each try. */

import type { Frame } from "./frame.ts";
import type { PlainOptions } from "./options.ts";

export interface Link {
  /** @param number of the event, so that it is sent in order; an answer has none, and overtakes what waits */
  send(text: string, number?: number): void;
  close(): void;
  /** The program listens to this name. Absent where all names are heard anyway. */
  hear?(name: string): void;
}

export interface LinkOptions {
  /** Of the endpoint, with all of the query but the token. It learns the session once that is known. */
  readonly url: URL;
  readonly token: string | undefined;
  readonly options: PlainOptions;
  receive(frame: Frame): void;
  /**
   * It is over; may be called more than once.
   * @param stops whether trying again as before is of no use
   */
  end(reason?: string, stops?: boolean): void;
}

export type PlainTransport = (options: LinkOptions) => Link;
