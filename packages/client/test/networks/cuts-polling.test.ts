/** Random cuts of polling, at a server of ours. */

import { cutsContract } from "./cuts.contract.ts";

cutsContract([{ transports: ["polling"], cuts: 250, seed: 3, longest: 12_000 }]);
