/** Text to bytes: Node's Buffer where there is one (its sockets take no other without a wrapper), the standard's encoder elsewhere. */

const encoder = new TextEncoder();

export const encodeUtf8: (text: string) => Uint8Array =
  typeof Buffer === "function" ? (text) => Buffer.from(text) : (text) => encoder.encode(text);
