/** class WebSocketError: how a WebSocketStream that did not close cleanly ends, and how its streams are ended with a code. */

import { type CloseInfo, validateClose } from "./close-info.ts";
import { enforceUnsignedShort, shapeInterface, toDictionary, toText, toUsvString } from "./web-idl.ts";

export interface WebSocketCloseInfo {
  /** 1000, or from 3000 to 4999. @default none; 1000 with a reason */
  closeCode?: number | null | undefined;
  /** At most 123 bytes as UTF-8. @default "" */
  reason?: string | undefined;
}

/** @throws {TypeError} if it cannot be converted */
export function toCloseInfo(name: string, value: unknown): CloseInfo {
  const { closeCode, reason } = toDictionary(name, value);
  return {
    code: closeCode === undefined || closeCode === null ? null : enforceUnsignedShort("closeCode", closeCode),
    reason: reason === undefined ? "" : toUsvString(reason),
  };
}

let create: (message: string, info: CloseInfo) => WebSocketError;

export class WebSocketError extends DOMException {
  #info: CloseInfo;

  static {
    create = (message, info) => {
      const error = new WebSocketError(message);
      error.#info = info;
      return error;
    };
  }

  /** @throws {DOMException} InvalidAccessError, SyntaxError for what `close` would not take */
  constructor(message = "", init: WebSocketCloseInfo = {}) {
    super(toText(message), "WebSocketError");
    this.#info = validateClose(toCloseInfo("init", init));
  }

  get closeCode(): number | null {
    return this.#info.code;
  }

  get reason(): string {
    return this.#info.reason;
  }
}

shapeInterface("WebSocketError", WebSocketError.prototype);

/** With a code that is only seen, as 1006 is. */
export function lostConnection(message: string, info: CloseInfo): WebSocketError {
  return create(message, info);
}
