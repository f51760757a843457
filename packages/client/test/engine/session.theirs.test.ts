/** The session's contract: theirs. */

import { sessionContract } from "./session.contract.ts";

sessionContract("theirs");
