import { binaryContract } from "./binary.contract.ts";
import { ours } from "./ours.ts";

binaryContract("ours", ours);
