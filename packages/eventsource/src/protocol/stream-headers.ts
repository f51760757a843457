/** The headers that make a response an event stream (WHATWG HTML §9.2.5, §9.2.7) and let its events pass at once. Pure. */

/** `no-transform` keeps compressing middleware away, which would hold events back; the last one does the same for nginx. */
export const streamHeaders = {
  "Content-Type": "text/event-stream; charset=utf-8", // §9.2.5
  "Cache-Control": "no-cache, no-transform", // RFC 9111 §5.2.2.4, §5.2.2.6
  "X-Accel-Buffering": "no",
} as const;
