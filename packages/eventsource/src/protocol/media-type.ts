/** The type that a Content-Type names: MIME Sniffing §4.4, and Fetch §3.5 where several were joined. Pure. */

/** Type and subtype are tokens, with HTTP whitespace around them, and parameters behind, which have no say (§4.4). */
const mimeType = /^[\t\n\r ]*([!#$%&'*+.^_`|~\w-]+\/[!#$%&'*+.^_`|~\w-]+)[\t\n\r ]*(?:;|$)/;

/**
 * The essence (MIME Sniffing §4.2), by "extract a MIME type" (Fetch §3.5): of several, the last one that is a type.
 * @returns "text/event-stream", for example; undefined if there is none
 */
export function extractEssence(contentType: string): string | undefined {
  return splitList(contentType)
    .map(parseEssence)
    .findLast((essence) => essence !== undefined && essence !== "*/*"); // Fetch §3.5
}

function parseEssence(value: string): string | undefined {
  return mimeType.exec(value)?.[1]?.toLowerCase();
}

/** At the commas that stand outside of quoted strings (Fetch §2.2.2, "get, decode, and split"). */
function splitList(list: string): string[] {
  const values: string[] = [];
  let start = 0;
  let quoted = false;
  for (let at = 0; at < list.length; at++) {
    const character = list[at];
    if (character === '"') quoted = !quoted;
    else if (character === "\\" && quoted)
      at++; // whatever follows does not end the string
    else if (character === "," && !quoted) {
      values.push(list.slice(start, at));
      start = at + 1;
    }
  }
  values.push(list.slice(start));
  return values;
}
