/** Random cuts of WebSockets, at a server of ours. */

import { cutsContract } from "./cuts.contract.ts";

cutsContract([
  { transports: ["websocket"], cuts: 250, seed: 1, longest: 12_000 },
  { transports: ["websocket"], cuts: 200, seed: 2, longest: 60_000 },
]);
