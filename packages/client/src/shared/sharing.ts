/** Which sessions are shared, and with whom: by the server, the query, and the option's name. */

import type { EngineOptions } from "../engine/engine-options.ts";
import type { Session } from "../engine/session.ts";
import type { LookupOptions } from "../io.ts";
import type { Socket } from "../socket.ts";
import type { TabHost } from "./channel.ts";
import { SharedSession } from "./shared-session.ts";
import { Station } from "./station.ts";

export interface SharedOption {
  /**
   * All tabs and workers of this origin that open the same server hold one connection; a name keeps groups of tabs apart.
   * @default false
   */
  readonly shared?: boolean | string | undefined;
}

export interface SharedLookup {
  (options?: LookupOptions & SharedOption): Socket;
  (uri?: string, options?: LookupOptions & SharedOption): Socket;
}

type Options = EngineOptions & SharedOption & { readonly parser?: unknown };

export class Sharing {
  readonly #host: TabHost;
  readonly #open: (uri: string | undefined, options: EngineOptions) => Session;
  readonly #stations = new Map<string, Station>();

  constructor(host: TabHost, open: (uri: string | undefined, options: EngineOptions) => Session) {
    this.#host = host;
    this.#open = open;
  }

  /** The packets of a parser other than Socket.IO's cannot be read by the leader: they take a connection of their own. */
  openSession(uri: string | undefined, options: Options): Session {
    const open = (): Session => this.#open(uri, options);
    if (!options.shared || options.parser !== undefined) return open();
    const key = keyOf(uri, options);
    const station = this.#stations.get(key) ?? new Station(this.#host, key, open);
    this.#stations.set(key, station);
    // The manager uses no more of it than SessionFace.
    return station.isAlone ? open() : (new SharedSession(station) as unknown as Session);
  }
}

/** All that the server sees of who connects; `1` is the version of what tabs say to each other. */
function keyOf(uri: string | undefined, { path, query, extraHeaders, shared }: Options): string {
  const [, server = "", search = ""] = /^([^?#]*?\/\/[^/?#]*)?[^?#]*(\?[^#]*)?/.exec(uri ?? "") ?? [];
  return `anywire 1 ${JSON.stringify([server, search, path, query, extraHeaders, shared])}`;
}
