/** An event stream as the APIs of language models send it: a token or two in each event, some 200 bytes of JSON around them. Pure. */

import { pseudoRandom } from "./load/messages.ts";

/** What a parser is to make of one event. */
export interface ParsedEvent {
  readonly event?: string | undefined;
  readonly id?: string | undefined;
  readonly data: string;
}

export interface TokenStream {
  readonly chunks: readonly string[];
  readonly events: readonly ParsedEvent[];
}

export interface TokenStreamForm {
  /** Events have names, or are data alone. */
  readonly named: boolean;
  readonly lineEnd: "\n" | "\r\n";
  /** Characters of a chunk; undefined for an event in each. */
  readonly chunk: number | undefined;
}

/** By the roles that the processes under test have. */
export const tokenStreamForms: ReadonlyMap<string, TokenStreamForm> = new Map([
  ["an event a chunk", { named: false, lineEnd: "\n", chunk: undefined }],
  ["named, an event a chunk", { named: true, lineEnd: "\n", chunk: undefined }],
  ["CRLF, an event a chunk", { named: false, lineEnd: "\r\n", chunk: undefined }],
  ["64 KiB a chunk", { named: false, lineEnd: "\n", chunk: 0x1_0000 }],
]);

/** An answer of so many events. */
const answerLength = 2_000;

export function tokenStream({ named, lineEnd, chunk }: TokenStreamForm): TokenStream {
  const random = pseudoRandom(answerLength);
  const events = Array.from({ length: answerLength }, () => tokenEvent(named, tokenOf(random())));
  const blocks = events.map(({ event, data }) =>
    [...(event === undefined ? [] : [`event: ${event}`]), `data: ${data}`, "", ""].join(lineEnd),
  );
  return { events, chunks: chunk === undefined ? blocks : cut(blocks.join(""), chunk) };
}

function tokenEvent(named: boolean, token: string): ParsedEvent {
  const event = named ? "response.output_text.delta" : undefined;
  const choice = { index: 0, delta: { content: token }, logprobs: null, finish_reason: null };
  const answer = {
    id: "chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT",
    object: "chat.completion.chunk",
    created: 1_741_569_952,
  };
  return { event, id: undefined, data: JSON.stringify({ ...answer, model: "some-model", choices: [choice] }) };
}

/** A word of one to twelve letters behind a space. */
function tokenOf(random: number): string {
  return ` ${"realtimestreams".slice(0, 1 + ((random >>> 16) % 12))}`;
}

function cut(text: string, length: number): string[] {
  return Array.from({ length: Math.ceil(text.length / length) }, (_, n) => text.slice(n * length, (n + 1) * length));
}
