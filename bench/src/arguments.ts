/** The command line. Pure. */

import { parseArgs } from "node:util";
import { peerOf } from "./peer-list.ts";

export interface Arguments {
  readonly pattern: string;
  readonly json: boolean;
  readonly quick: boolean;
  /** The packages straight from source, not as they are built. */
  readonly source: boolean;
  readonly list: boolean;
  readonly help: boolean;
  readonly rounds: number;
  /** Whom to measure beside the reference; undefined for all. */
  readonly peers: readonly string[] | undefined;
  readonly profile: string | undefined;
}

export const usageText = `npm run bench [-- pattern] [options]
  pattern      cases whose name has all its phrases: broadcast; depth 64, text
  --peers a,b  only these beside the reference
  --rounds n   rounds of each peer (default 5)
  --json       the report as JSON on stdout
  --quick      one small round from source: does it work? Its figures say nothing
  --source     the packages from source, without a build: while tuning
  --profile d  each server leaves a .cpuprofile in folder d, and runs slower
  --list       names the cases
`;

/** @throws {Error} for what is not an option, a wrong number or a peer that nobody knows */
export function parseArguments(argv: readonly string[]): Arguments {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      json: { type: "boolean", default: false },
      quick: { type: "boolean", default: false },
      source: { type: "boolean", default: false },
      list: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
      rounds: { type: "string" },
      peers: { type: "string" },
      profile: { type: "string" },
    },
  });
  const rounds = values.rounds === undefined ? (values.quick ? 1 : 5) : Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) throw new RangeError("--rounds takes a whole number from 1 on");
  return {
    ...values,
    source: values.source || values.quick,
    pattern: positionals.join(" "),
    peers: values.peers?.split(",").map((name) => peerOf(name.trim()).name),
    rounds,
    profile: values.profile,
  };
}
