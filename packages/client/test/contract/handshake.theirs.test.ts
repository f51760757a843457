import { handshakeContract } from "./handshake.contract.ts";
import { theirs } from "./theirs.ts";

handshakeContract(theirs);
