import { ours } from "./ours.ts";
import { transportsContract } from "./transports.contract.ts";

transportsContract(ours);
