import { handshakeContract } from "./handshake.contract.ts";
import { ours } from "./ours.ts";

handshakeContract(ours);
