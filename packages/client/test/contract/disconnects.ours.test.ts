import { disconnectsContract } from "./disconnects.contract.ts";
import { ours } from "./ours.ts";

disconnectsContract(ours);
