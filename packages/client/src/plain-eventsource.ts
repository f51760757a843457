/** `@anywire/client/plain/eventsource`: the plain wire over EventSource and POST, for where WebSocket does not come through. */

export { eventSource } from "./plain/event-stream-link.ts";
