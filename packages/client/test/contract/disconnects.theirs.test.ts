import { disconnectsContract } from "./disconnects.contract.ts";
import { theirs } from "./theirs.ts";

disconnectsContract(theirs);
