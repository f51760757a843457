/** `Accept-Encoding` (RFC 9110 §12.5.3): which of the encodings on offer the client likes best. */

/** @returns undefined if it takes none of them, or says nothing */
export function preferredEncoding<Encoding extends string>(
  header: string | undefined,
  offered: readonly Encoding[],
): Encoding | undefined {
  if (header === undefined) return undefined;
  const weights = parseWeights(header);
  const weightOf = (name: string): number => weights.get(name) ?? weights.get("*") ?? 0;
  const ordered = new Set([...weights.keys(), ...offered]); // among equals the client's order decides, then ours
  return [...ordered]
    .flatMap((name) => offered.filter((each) => each === name && weightOf(each) > 0))
    .sort((a, b) => weightOf(b) - weightOf(a))[0];
}

function parseWeights(header: string): ReadonlyMap<string, number> {
  const weights = new Map<string, number>();
  for (const part of header.split(",")) {
    const [name = "", ...parameters] = part.split(";").map((text) => text.trim().toLowerCase());
    const weight = parameters.find((text) => text.startsWith("q="));
    if (!weights.has(name)) weights.set(name, weight === undefined ? 1 : parseWeight(weight.slice(2)));
  }
  return weights;
}

/** §12.4.2. Junk is no weight at all. */
function parseWeight(text: string): number {
  return /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(text) ? Number(text) : 0;
}
