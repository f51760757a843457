import { delaysContract } from "./delays.contract.ts";
import { theirs } from "./theirs.ts";

delaysContract(theirs);
