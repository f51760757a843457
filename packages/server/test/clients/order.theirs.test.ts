import { orderContract } from "./order.contract.ts";
import { theirs } from "./theirs.ts";

orderContract("socket.io", theirs);
