/** A program that talks over a stream, closes, and has nothing more to do: it must end. Its argument is the server's origin. */

import { EventSourceTransport } from "../../src/eventsource.ts";
import { makers } from "./peers.ts";

const [, , origin = ""] = process.argv;
const client = makers.ours.make(origin, [EventSourceTransport]);
client.on("open", () => client.send("hello"));
client.on("message", () => client.close());
