import { nodeContract } from "./node.contract.ts";
import { ours } from "./ours.ts";

nodeContract(ours, "../../src/node.ts");
