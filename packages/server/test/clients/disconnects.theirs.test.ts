import { disconnectsContract } from "./disconnects.contract.ts";
import { theirs } from "./theirs.ts";

disconnectsContract("socket.io", theirs);
