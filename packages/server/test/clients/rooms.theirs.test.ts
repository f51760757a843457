import { roomsContract } from "./rooms.contract.ts";
import { theirs } from "./theirs.ts";

roomsContract("socket.io", theirs);
