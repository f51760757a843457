/** Event streams as a web stream: text in, events out; WHATWG HTML §9.2.5 and §9.2.6, the API of `eventsource-parser/stream`. */

import { createParser, type EventSourceMessage, type EventSourceParser, type ParserConfig } from "./create-parser.ts";
import type { ParseError } from "./parse-error.ts";

export interface StreamOptions extends Pick<ParserConfig, "onId" | "onRetry" | "onComment" | "maxBufferSize"> {
  /**
   * Told of lines that the standard ignores; "terminate" ends the stream with such an error. `max-buffer-size-exceeded` ends it always.
   * @default undefined: they are ignored
   */
  onError?: "terminate" | ((error: Error) => void) | undefined;
}

/** In the place of a `TransformStream` where there is none, as in tests with jsdom: the other parsers are loaded there all the same. */
class NoTransformStream<I, O> implements TransformStream<I, O> {
  declare readonly readable: ReadableStream<O>;
  declare readonly writable: WritableStream<I>;

  constructor() {
    throw new TypeError("EventSourceParserStream needs a global TransformStream, and there is none");
  }
}

const Base: typeof TransformStream = globalThis.TransformStream ?? NoTransformStream;

/**
 * `response.body.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream())`
 * @throws {EventStreamError} bad-buffer-size
 * @throws {TypeError} where no global `TransformStream` was when this was loaded
 */
export class EventSourceParserStream extends Base<string, EventSourceMessage> {
  constructor({ onError, ...config }: StreamOptions = {}) {
    let parser: EventSourceParser | undefined;
    super({
      start(controller) {
        function fail(error: ParseError): void {
          if (typeof onError === "function") onError(error);
          if (onError !== "terminate" && error.type !== "max-buffer-size-exceeded") return;
          controller.error(error);
          parser?.reset(); // the rest of the chunk has nowhere to go
        }
        parser = createParser({ ...config, onEvent: (event) => controller.enqueue(event), onError: fail });
      },
      transform(chunk) {
        parser?.feed(chunk);
      },
    });
  }
}
