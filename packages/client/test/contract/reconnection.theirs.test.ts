import { reconnectionContract } from "./reconnection.contract.ts";
import { theirs } from "./theirs.ts";

reconnectionContract(theirs);
