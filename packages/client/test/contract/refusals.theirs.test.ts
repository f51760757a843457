import { refusalsContract } from "./refusals.contract.ts";
import { theirs } from "./theirs.ts";

refusalsContract(theirs);
