import { catchAllContract } from "./catch-all.contract.ts";
import { theirs } from "./theirs.ts";

catchAllContract(theirs);
