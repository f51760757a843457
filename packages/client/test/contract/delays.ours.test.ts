import { delaysContract } from "./delays.contract.ts";
import { ours } from "./ours.ts";

delaysContract(ours);
