import { lookupContract } from "./lookup.contract.ts";
import { ours } from "./ours.ts";

lookupContract(ours);
