import { ours } from "./ours.ts";
import { roomsContract } from "./rooms.contract.ts";

roomsContract("ours", ours);
