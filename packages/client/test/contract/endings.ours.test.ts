import { endingsContract } from "./endings.contract.ts";
import { ours } from "./ours.ts";

endingsContract(ours);
