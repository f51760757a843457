/** What the process of every parser under test shares: it parses a stream again and again, and compares all that comes out. */

import { answerQuestions } from "./answering.ts";
import { Disqualified } from "./load/reply-checker.ts";
import { measuredAnswers } from "./measured-process.ts";
import { chosenRole } from "./peer-server.ts";
import { type ParsedEvent, type TokenStream, tokenStream, tokenStreamForms } from "./token-stream.ts";

export type CreateParser = (callbacks: { readonly onEvent: (event: ParsedEvent) => void }) => {
  feed(chunk: string): void;
};

/** It is its own load: nobody else has to do anything. */
export function runParser(create: CreateParser): void {
  const stream = tokenStream(chosenRole(tokenStreamForms));
  const exchange = (argument: unknown) => ({ messages: parseEvents(create, stream, Number(argument)) });
  answerQuestions({ ...measuredAnswers, open: () => undefined, exchange }, "ready");
}

/**
 * @param least events to parse: whole streams, rounded up
 * @returns the events that were parsed
 * @throws {Disqualified} if they are not those of the stream
 */
export function parseEvents(create: CreateParser, stream: TokenStream, least: number): number {
  let parsed = 0;
  for (; parsed < least; parsed += stream.events.length) parseStream(create, stream);
  return parsed;
}

/** All of the data is compared, for a program would read it too. */
function parseStream(create: CreateParser, { chunks, events }: TokenStream): void {
  let count = 0;
  const parser = create({
    onEvent: ({ event, id, data }) => {
      const expected = events[count];
      if (data !== expected?.data || event !== expected.event || id !== expected.id)
        throw new Disqualified(`event ${count} is not what was in the stream`);
      count++;
    },
  });
  for (const chunk of chunks) parser.feed(chunk);
  if (count < events.length) throw new Disqualified(`${events.length - count} events are missing`);
}
