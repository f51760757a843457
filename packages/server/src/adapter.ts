/** The Adapter port: rooms ⇄ sockets, and the broadcast. Names and meaning are those of `socket.io-adapter`. */

import type { PreparedRun } from "./link.ts";

/** Whom an event is for. */
export interface Target {
  /** Members of any of these; none means everyone. */
  readonly rooms: readonly string[];
  readonly except: readonly string[];
}

/** A socket, as an adapter sees it. */
export interface Member {
  readonly id: string;
  deliver(run: PreparedRun): void;
}

export interface Adapter {
  readonly rooms: ReadonlyMap<string, ReadonlySet<string>>;
  readonly sids: ReadonlyMap<string, ReadonlySet<string>>;
  addAll(id: string, rooms: Iterable<string>): void;
  del(id: string, room: string): void;
  delAll(id: string): void;
  /** @returns undefined if the socket is in no room */
  socketRooms(id: string): ReadonlySet<string> | undefined;
  /** Ids of the sockets that the target means, each once. */
  sockets(target: Target): ReadonlySet<string>;
  /** Hands the run to every socket that the target means, each once. */
  broadcast(run: PreparedRun, target: Target): void;
}
