/** Exports of npm's ws that its types do not name: what our parsers are compared with. */

import assert from "node:assert/strict";
import * as ws from "ws";

interface PeerNegotiation {
  readonly params: Readonly<Record<string, unknown>> | null;
  offer(): Readonly<Record<string, unknown>>;
  accept(configurations: unknown): Readonly<Record<string, unknown>>;
}

interface Unnamed {
  readonly extension: { parse(header: string): unknown; format(extensions: unknown): string };
  readonly subprotocol: { parse(header: string): Set<string> };
  readonly PerMessageDeflate: new (options: object) => PeerNegotiation;
}

function exportsUnnamed(module: object): module is Unnamed {
  return "extension" in module && "subprotocol" in module && "PerMessageDeflate" in module;
}

const module: object = ws;
assert.ok(exportsUnnamed(module));
export const { extension, subprotocol, PerMessageDeflate } = module;

/** What `run` returns, or the name and the text of what it throws. */
export function outcome(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    assert.ok(error instanceof Error);
    return `${error.name}: ${error.message}`;
  }
}
