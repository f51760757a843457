import { acksContract } from "./acks.contract.ts";
import { theirs } from "./theirs.ts";

acksContract(theirs);
