import { buffersContract } from "./buffers.contract.ts";
import { ours } from "./ours.ts";

buffersContract(ours);
