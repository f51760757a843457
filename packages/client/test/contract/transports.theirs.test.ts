import { theirs } from "./theirs.ts";
import { transportsContract } from "./transports.contract.ts";

transportsContract(theirs);
