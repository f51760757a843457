/** The session's contract: ours on theirs. */

import { sessionContract } from "./session.contract.ts";

sessionContract("ours on theirs");
