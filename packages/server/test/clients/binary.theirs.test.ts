import { binaryContract } from "./binary.contract.ts";
import { theirs } from "./theirs.ts";

binaryContract("socket.io", theirs);
