import { ours } from "./ours.ts";
import { refusalsContract } from "./refusals.contract.ts";

refusalsContract(ours);
