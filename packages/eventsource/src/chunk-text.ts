/** Chunks of a stream as what is pushed: bytes become text, however they cut its characters. */

import { isBuffer, isBytes } from "./bytes.ts";

/** Bytes are decoded as UTF-8 (Encoding §6); what is no UTF-8 becomes U+FFFD. */
export class ChunkText {
  private readonly decoder = new TextDecoder("utf-8", { ignoreBOM: true });

  /** What can be pushed of it by now: nothing, while a character is not whole. */
  take(chunk: unknown): readonly unknown[] {
    if (isBytes(chunk) || isBuffer(chunk)) return filled(this.decoder.decode(chunk, { stream: true }));
    return [...this.end(), chunk];
  }

  /** What is left of a character that was never completed. */
  end(): readonly string[] {
    return filled(this.decoder.decode());
  }
}

function filled(text: string): readonly string[] {
  return text === "" ? [] : [text];
}
