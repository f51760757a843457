/** `subprotocol` and `extension`, as ws exports them: RFC 6455 §9.1 and §11.3.4. */

import { formatExtensions, parseExtensions } from "./protocol/extension.ts";
import { parseSubprotocols } from "./protocol/subprotocol.ts";

/** The header Sec-WebSocket-Protocol. */
export interface SubprotocolFace {
  /** The names, in the order of the header. @throws {SyntaxError} if it is no list of distinct tokens */
  readonly parse: typeof parseSubprotocols;
}

/** The header Sec-WebSocket-Extensions. */
export interface ExtensionFace {
  /** The extensions with their parameters; `true` for one without a value. @throws {SyntaxError} */
  readonly parse: typeof parseExtensions;
  readonly format: typeof formatExtensions;
}

export const subprotocol: SubprotocolFace = { parse: parseSubprotocols };
export const extension: ExtensionFace = { parse: parseExtensions, format: formatExtensions };
