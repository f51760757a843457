/** The session's contract: theirs on ours. */

import { sessionContract } from "./session.contract.ts";

sessionContract("theirs on ours");
