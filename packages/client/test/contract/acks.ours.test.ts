import { acksContract } from "./acks.contract.ts";
import { ours } from "./ours.ts";

acksContract(ours);
