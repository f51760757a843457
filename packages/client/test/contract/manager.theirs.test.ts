import { managerContract } from "./manager.contract.ts";
import { theirs } from "./theirs.ts";

managerContract(theirs);
