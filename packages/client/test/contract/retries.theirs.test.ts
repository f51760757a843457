import { retriesContract } from "./retries.contract.ts";
import { theirs } from "./theirs.ts";

retriesContract(theirs);
