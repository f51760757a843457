import { limitsContract } from "./limits.contract.ts";
import { theirs } from "./theirs.ts";

limitsContract("socket.io", theirs);
