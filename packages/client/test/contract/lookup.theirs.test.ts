import { lookupContract } from "./lookup.contract.ts";
import { theirs } from "./theirs.ts";

lookupContract(theirs);
