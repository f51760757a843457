import { ours } from "./ours.ts";
import { secureContract } from "./secure.contract.ts";

secureContract("ours", ours);
