import { limitsContract } from "./limits.contract.ts";
import { ours } from "./ours.ts";

limitsContract("ours", ours);
