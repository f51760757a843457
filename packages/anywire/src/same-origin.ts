/** The Socket.IO wire of the product is for its own pages, as its plain wire is: Socket.IO alone lets every origin in. */

import type { IncomingMessage } from "node:http";

/** Option `allowRequest`: no `Origin`, or one whose host is the one that was asked for. */
export function allowSameOrigin(
  { headers }: IncomingMessage,
  decide: (error: string | null, success: boolean) => void,
): void {
  const { origin, host } = headers;
  const isAllowed = origin === undefined || (URL.canParse(origin) && new URL(origin).host === host);
  decide(isAllowed ? null : "this origin may not connect", isAllowed);
}
