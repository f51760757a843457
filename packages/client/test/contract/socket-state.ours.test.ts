import { ours } from "./ours.ts";
import { socketStateContract } from "./socket-state.contract.ts";

socketStateContract(ours);
