import { eventsContract } from "./events.contract.ts";
import { theirs } from "./theirs.ts";

eventsContract(theirs);
