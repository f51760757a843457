/** The body of an answer as text, chunk by chunk: "UTF-8 decode" (WHATWG HTML §9.2.5). */

import type { FetchLikeResponse, ReaderLike } from "./fetch-like.ts";

export class BodyText {
  private readonly reader: ReaderLike;
  /** Whose byte order mark it is to take away is the parser's business: a second one is text. */
  private readonly decoder = new TextDecoder("utf-8", { ignoreBOM: true });

  constructor(reader: ReaderLike) {
    this.reader = reader;
  }

  /** @returns undefined at the end; a character that was cut there is one replacement character before */
  async read(): Promise<string | undefined> {
    const { done, value } = await this.reader.read();
    if (!done) return this.decode(value);
    return this.decoder.decode() || undefined;
  }

  /** Whatever is still to come is wanted no more. A reader that has failed, or cannot be told, is not asked why. */
  async cancel(): Promise<void> {
    try {
      await this.reader.cancel();
    } catch {
      // nobody waits for it
    }
  }

  private decode(chunk: unknown): string {
    if (typeof chunk === "string") return chunk;
    return this.decoder.decode(bytesOf(chunk), { stream: true });
  }
}

/** @throws {TypeError} */
function bytesOf(chunk: unknown): Uint8Array {
  if (chunk instanceof Uint8Array) return chunk;
  if (ArrayBuffer.isView(chunk)) return new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  if (chunk instanceof ArrayBuffer) return new Uint8Array(chunk);
  throw new TypeError("a chunk of the body is neither bytes nor text");
}

/** @returns undefined if the body is none that can be read */
export function bodyTextOf(body: FetchLikeResponse["body"]): BodyText | undefined {
  const reader = readerOf(body);
  return reader && new BodyText(reader);
}

/** @returns undefined if the body is none that can be read: a fetch of the program's may give anything */
export function readerOf(body: FetchLikeResponse["body"]): ReaderLike | undefined {
  return typeof body === "object" && body !== null && "getReader" in body ? body.getReader() : undefined;
}

export interface TextLimits {
  readonly characters: number;
  readonly milliseconds: number;
}

/** @returns the beginning of the body, as much of it as comes within the limits; the rest is cancelled */
export async function beginningOf(text: BodyText, limits: TextLimits): Promise<string> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), limits.milliseconds);
  });
  let beginning = "";
  while (beginning.length < limits.characters) {
    const chunk = await Promise.race([text.read().catch(() => undefined), late]);
    if (chunk === undefined) break; // the end, the time, or what it broke with: what came before is all that there is
    beginning += chunk;
  }
  clearTimeout(timer);
  text.cancel();
  return beginning.slice(0, limits.characters);
}
