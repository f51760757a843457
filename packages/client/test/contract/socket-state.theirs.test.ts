import { socketStateContract } from "./socket-state.contract.ts";
import { theirs } from "./theirs.ts";

socketStateContract(theirs);
