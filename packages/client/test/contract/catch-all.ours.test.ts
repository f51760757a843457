import { catchAllContract } from "./catch-all.contract.ts";
import { ours } from "./ours.ts";

catchAllContract(ours);
