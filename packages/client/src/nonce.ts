/** What one client is known by when it repeats what it sent (delivery: "From client to server"). */

/** @returns 110 random bits in 22 letters and digits */
export function createNonce(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(22)), (byte) => (byte & 31).toString(32)).join("");
}
