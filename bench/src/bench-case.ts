/** What a case is: which servers it compares, what the load does to them, and what is measured. Each file in cases/ exports a list of them. */

import type { Load } from "./load/load.ts";
import type { Target } from "./load/opening.ts";
import type { CaseSize, Measure } from "./measure.ts";

export interface BenchCase {
  readonly name: string;
  /** Files in peers/, by the name of the package they run; the first is the reference. */
  readonly peers: readonly string[];
  /** What the peer's server does with what it gets: one of the roles in its file. */
  readonly role: string;
  readonly size: CaseSize;
  /** For a look whether it works: seconds, and no figures to rely on. */
  readonly quick: CaseSize;
  readonly measure: Measure;
  /** Called in the load's own process. */
  createLoad(target: Target): Load;
}
