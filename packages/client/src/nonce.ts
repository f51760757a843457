/** What one client is known by when it repeats what it sent (delivery: "From client to server"). */

/** @returns 128 random bits as base64url */
export function createNonce(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return btoa(String.fromCharCode(...bytes)).replace(/\W/g, (sign) => (sign === "+" ? "-" : sign === "/" ? "_" : ""));
}
