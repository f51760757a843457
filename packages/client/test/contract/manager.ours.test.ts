import { managerContract } from "./manager.contract.ts";
import { ours } from "./ours.ts";

managerContract(ours);
