/** The transport `eventsource`, for `transports`: Server-Sent Events down, POSTs up. */

export { type EventSourceOptions, EventSourceTransport } from "./engine/eventsource.ts";
