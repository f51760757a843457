import { buffersContract } from "./buffers.contract.ts";
import { theirs } from "./theirs.ts";

buffersContract(theirs);
