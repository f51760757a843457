import { secureContract } from "./secure.contract.ts";
import { theirs } from "./theirs.ts";

secureContract("socket.io", theirs);
