import { ours } from "./ours.ts";
import { reconnectionContract } from "./reconnection.contract.ts";

reconnectionContract(ours);
