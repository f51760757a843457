/** The rules of the small codec: the codes of the other one, without its texts. */

import type { SocketErrorCode } from "../errors.ts";

/** One rule of Socket.IO on one line: throws an Error with `code` unless it holds. */
export function compactMust(holds: boolean, code: SocketErrorCode): asserts holds {
  if (!holds) throw Object.assign(new Error(code), { code });
}
