import { pythonContract } from "./python.contract.ts";
import { theirs } from "./theirs.ts";

pythonContract("socket.io", theirs);
