/** What a case is: whom it compares, what the load does to them, and what is measured. Each file in cases/ exports a list of them. */

import type { ClientLoad, Load } from "./load/load.ts";
import type { Target } from "./load/opening.ts";
import type { CaseSize, Measure } from "./measure.ts";

interface CommonCase {
  readonly name: string;
  /** Names of peer-list.ts; the first is the reference. */
  readonly peers: readonly string[];
  /** What is counted. @default "message" */
  readonly unit?: "message" | "handshake" | "connection" | "event";
  readonly size: CaseSize;
  /** For a look whether it works: seconds, and no figures to rely on. */
  readonly quick: CaseSize;
  readonly measure: Measure;
}

/** The load's connections come to the peer's server. */
export interface ServerCase extends CommonCase {
  readonly side: "server";
  /** What the peer's server does with what it gets: one of the roles in its file. */
  readonly role: string;
  /** Called in the load's own process. */
  createLoad(target: Target): Load;
}

/** The peer's clients come to the load, and echo what it sends. */
export interface ClientCase extends CommonCase {
  readonly side: "client";
  /** Called in the load's own process. */
  listen(): Promise<ClientLoad>;
}

/** The peer's parser has the stream already, and there is no load. */
export interface ParserCase extends CommonCase {
  readonly side: "parser";
  /** Which stream: one of token-stream.ts. */
  readonly role: string;
}

/** The peer's clients of Socket.IO come to a server of ours, and do the work. */
export interface CallerCase extends CommonCase {
  readonly side: "caller";
  /** What the server does with what it gets. */
  readonly role: string;
  /** What the clients do: one of caller-tasks.ts. */
  readonly task: string;
}

export type BenchCase = ServerCase | ClientCase | ParserCase | CallerCase;
