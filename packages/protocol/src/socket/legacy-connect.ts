/** How clients of Socket.IO 2 ask for a namespace (protocol 4): a query in its name, `0/chat?token=abc,`. */

import type { Packet } from "./packet.ts";

/** The same as protocol 5 says it: the query is the data, without a prototype. */
export function readLegacyConnect({ type, nsp }: Packet): Packet {
  const mark = nsp.indexOf("?");
  return mark === -1 ? { type, nsp } : { type, nsp: nsp.slice(0, mark), data: readQuery(nsp.slice(mark + 1)) };
}

/** `a=1&b=x%20y`; of what is there twice, the last. */
function readQuery(text: string): Record<string, string> {
  const query: Record<string, string> = Object.create(null);
  for (const pair of text.split("&")) {
    const [key = "", ...value] = pair.split("=");
    if (pair !== "") query[unescapePart(key)] = unescapePart(value.join("="));
  }
  return query;
}

function unescapePart(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}
