import { recoveryContract } from "./recovery.contract.ts";
import { theirs } from "./theirs.ts";

recoveryContract(theirs);
