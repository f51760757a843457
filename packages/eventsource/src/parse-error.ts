/** What a parser of event streams reports, as `eventsource-parser` reports it. */

export type ErrorType = "invalid-retry" | "unknown-field" | "max-buffer-size-exceeded";

/** Where an error was found. */
export interface ParseErrorOptions {
  type: ErrorType;
  field?: string;
  value?: string;
  line?: string;
}

export class ParseError extends Error {
  override name = "ParseError";
  type: ErrorType;
  /** Name of the unknown field. */
  field?: string | undefined;
  /** Value of the unknown field, or of the `retry` field. */
  value?: string | undefined;
  /** The whole line. */
  line?: string | undefined;

  constructor(message: string, options: ParseErrorOptions) {
    super(message);
    this.type = options.type;
    this.field = options.field;
    this.value = options.value;
    this.line = options.line;
  }
}

/** Of a field that the standard does not know, and that an `EventSource` ignores (§9.2.6). */
export function unknownField(field: string, value: string, line: string): ParseError {
  const shown = field.length > 20 ? `${field.slice(0, 20)}…` : field;
  return new ParseError(`Unknown field "${shown}"`, { type: "unknown-field", field, value, line });
}

/** Of a reconnection time that is not of ASCII digits alone, and that an `EventSource` ignores (§9.2.6). */
export function invalidRetry(value: string, line: string): ParseError {
  return new ParseError(`Invalid \`retry\` value: "${value}"`, { type: "invalid-retry", value, line });
}
