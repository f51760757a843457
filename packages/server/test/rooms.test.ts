import { Rooms } from "../src/rooms.ts";
import { adapterContract } from "./adapter.contract.ts";

adapterContract("in memory", (members) => new Rooms(members));
