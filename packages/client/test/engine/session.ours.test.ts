/** The session's contract: ours. */

import { sessionContract } from "./session.contract.ts";

sessionContract("ours");
