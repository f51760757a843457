import { endingsContract } from "./endings.contract.ts";
import { theirs } from "./theirs.ts";

endingsContract(theirs);
