/** Random cuts of connections that move from polling to WebSocket, at a server of ours. */

import { cutsContract } from "./cuts.contract.ts";

cutsContract([{ transports: ["polling", "websocket"], cuts: 300, seed: 4, longest: 20_000 }]);
