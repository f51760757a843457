/** A script: what a server answers to one EventSource, request by request, and what the program does meanwhile. Data only. */

/** Text is sent as UTF-8. */
export type Chunk = string | Uint8Array;

export interface Answer {
  /** @default 200 */
  readonly status?: number;
  /** Instead of `Content-Type: text/event-stream`. `{here}`, `{other}`, `{refused}` and `{path}` stand for origins and the path of the run. */
  readonly headers?: readonly (readonly [name: string, value: string])[];
  /** Each is written by itself. */
  readonly body?: readonly Chunk[];
  /** `cut` breaks the connection once the program has told of a message, or at once where there is no body; `silence` is not even a head. @default "whole" */
  readonly end?: "whole" | "cut" | "never" | "silence";
}

export interface Script {
  readonly name: string;
  /** To the first request, the second, and so on; every later one gets 204. */
  readonly answers: readonly Answer[];
  /** Instead of the URL at which the answers are given. */
  readonly url?: string;
  /** Served by the origin that is not the page's. */
  readonly foreign?: boolean;
  readonly withCredentials?: boolean;
  /** Events to listen to beside open, message and error. */
  readonly listen?: readonly string[];
  /** The event in whose handler the program calls `close()`, as in `message 2` for the second one; `start` is right behind the constructor, `asked` once the server has the request. */
  readonly closeAt?: string;
}

/** The first answer of most scripts: it makes the reconnection time short. */
export const quick: Answer = { body: ["retry: 1\n\n"] };

export const eventStream = ["Content-Type", "text/event-stream"] as const;

export function bytes(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex.replaceAll(" ", ""), "hex"));
}

/** Each byte a chunk of its own. */
export function bitten(text: string): Uint8Array[] {
  return [...Buffer.from(text)].map((byte) => Uint8Array.of(byte));
}
