import { ours } from "./ours.ts";
import { recoveryContract } from "./recovery.contract.ts";

recoveryContract(ours);
