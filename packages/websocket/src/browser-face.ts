/** What a WebSocket of ws shows as a browser's does: constants and handlers on the class, seen by who lists its properties. */

import { type EventSource, getHandler, setHandler } from "./event.ts";

const constants = Object.entries({ CONNECTING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3 });

const properties = ["binaryType", "bufferedAmount", "extensions", "isPaused", "protocol", "readyState", "url"];

export function defineBrowserFace(socketClass: { readonly prototype: EventSource }): void {
  const { prototype } = socketClass;
  for (const [name, value] of constants) {
    Object.defineProperty(socketClass, name, { enumerable: true, configurable: false, writable: false, value });
    Object.defineProperty(prototype, name, { enumerable: true, value });
  }
  for (const name of properties) Object.defineProperty(prototype, name, { enumerable: true });
  for (const type of ["open", "message", "close", "error"]) defineHandler(prototype, type);
}

/** `onmessage` and its like. */
function defineHandler(prototype: EventSource, type: string): void {
  Object.defineProperty(prototype, `on${type}`, {
    configurable: true,
    enumerable: true,
    get(this: EventSource) {
      return getHandler(this, type);
    },
    set(this: EventSource, handler: unknown) {
      setHandler(this, type, handler);
    },
  });
}
