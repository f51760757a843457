import { eventsContract } from "./events.contract.ts";
import { ours } from "./ours.ts";

eventsContract(ours);
