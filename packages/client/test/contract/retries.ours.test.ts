import { ours } from "./ours.ts";
import { retriesContract } from "./retries.contract.ts";

retriesContract(ours);
