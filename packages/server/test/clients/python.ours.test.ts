import { ours } from "./ours.ts";
import { pythonContract } from "./python.contract.ts";

pythonContract("ours", ours);
