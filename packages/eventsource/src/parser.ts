/** `/parser`: event streams from wherever the text comes, in Node, browsers and edge runtimes; WHATWG HTML §9.2.5 and §9.2.6. */

export type { EventSourceMessage, EventSourceParser, ParserCallbacks, ParserConfig } from "./create-parser.ts";
export { createParser } from "./create-parser.ts";
export { type ErrorType, ParseError } from "./parse-error.ts";
export { EventSourceParserStream, type StreamOptions } from "./parser-stream.ts";
export { defaultMaxBufferSize } from "./protocol/event-parser.ts";
