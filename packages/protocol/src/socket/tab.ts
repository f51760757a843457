/** Several sockets of one namespace on one session, told apart by `<namespace>#<tab>` in every packet (anywire=1). */

const slash = 0x2f;

/** 1 to 32 characters of [A-Za-z0-9_-]. */
export function isTab(name: string): boolean {
  return /^[\w-]{1,32}$/.test(name);
}

/** The text of a packet as it is written for a tab. */
export function withTab(text: string, tab: string): string {
  const start = namespaceStart(text);
  const hasNamespace = text.charCodeAt(start) === slash;
  const at = hasNamespace ? namespaceEnd(text, start) : start;
  return `${text.slice(0, at)}${hasNamespace ? `#${tab}` : `/#${tab},`}${text.slice(at)}`;
}

/** The text of a packet, and the tab that it was written for. */
export interface TabText {
  readonly tab: string;
  /** As it would be without the tab. */
  readonly text: string;
  /** How many follow it. */
  readonly attachments: number;
}

/** @returns undefined for a packet that names no tab */
export function readTab(text: string): TabText | undefined {
  const start = namespaceStart(text);
  if (text.charCodeAt(start) !== slash) return undefined;
  const end = namespaceEnd(text, start);
  const hash = text.lastIndexOf("#", end);
  if (hash < start) return undefined;
  const isRoot = hash === start + 1;
  return {
    tab: text.slice(hash + 1, end),
    text: text.slice(0, isRoot ? start : hash) + text.slice(isRoot ? end + 1 : end),
    attachments: start > 1 ? Number(text.slice(1, start - 1)) : 0,
  };
}

/** Behind the type, and `<attachments>-` of the binary ones. */
function namespaceStart(text: string): number {
  return text.charAt(0) === "5" || text.charAt(0) === "6" ? text.indexOf("-") + 1 : 1;
}

function namespaceEnd(text: string, start: number): number {
  const comma = text.indexOf(",", start);
  return comma === -1 ? text.length : comma;
}
