import { orderContract } from "./order.contract.ts";
import { ours } from "./ours.ts";

orderContract("ours", ours);
