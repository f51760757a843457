/** What the platform gives to floor 0: memory, and what it does faster than JavaScript can. */

/**
 * Masks or unmasks in place (RFC 6455 §5.3); the lowest byte of the key masks the first byte.
 * @returns true if what is there now is known to be ASCII: then it is valid UTF-8, and nobody has to look at it again
 */
export type Unmask = (bytes: Uint8Array, key: number) => boolean;

/** The same, from `source` to `target`: as long, and elsewhere or the same bytes. */
export type UnmaskInto = (source: Uint8Array, key: number, target: Uint8Array) => boolean;

/** `Bytes` is the platform's own kind of Uint8Array (Node's Buffer), which is what the program gets its messages in. */
export interface Platform<Bytes extends Uint8Array> {
  /** No bytes. */
  readonly empty: Bytes;
  /** Memory with anything in it: all of it is written before it is shown. */
  allocate(size: number): Bytes;
  view(bytes: Bytes, start: number, end: number): Bytes;
  readonly unmask: Unmask;
  readonly unmaskInto: UnmaskInto;
  isUtf8(bytes: Uint8Array): boolean;
  /** Length of `text` in UTF-8. */
  byteLength(text: string): number;
  /** Writes a text that is known to be ASCII. */
  writeAscii(target: Bytes, text: string, offset: number): void;
  writeUtf8(target: Bytes, text: string, offset: number): void;
}
