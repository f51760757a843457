import { nodeContract } from "./node.contract.ts";
import { theirs } from "./theirs.ts";

nodeContract(theirs, "socket.io-client");
