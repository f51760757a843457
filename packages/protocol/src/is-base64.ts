/** Whether a text is base64 with padding, RFC 4648 §4: what decoders may be given. */

const foreign = /[^A-Za-z0-9+/]/;

/** Whole groups of four, padded; bits that mean nothing are not looked at (§3.5). Linear, however long it is. */
export function isBase64(text: string): boolean {
  return text.length % 4 === 0 && !foreign.test(text.replace(/==?$/, ""));
}
