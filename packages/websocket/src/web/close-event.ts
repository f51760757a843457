/** class CloseEvent: WHATWG WebSockets §6. */

import { requireArgument, shapeInterface, toDictionary, toUnsignedShort, toUsvString } from "./web-idl.ts";

type EventInit = NonNullable<ConstructorParameters<typeof Event>[1]>;

export interface CloseEventInit extends EventInit {
  /** @default false */
  wasClean?: boolean | undefined;
  /** @default 0 */
  code?: number | undefined;
  /** @default "" */
  reason?: string | undefined;
}

export class CloseEvent extends Event {
  readonly #wasClean: boolean;
  readonly #code: number;
  readonly #reason: string;

  constructor(type: string, eventInitDict: CloseEventInit = {}) {
    // biome-ignore lint/complexity/noArguments: `undefined` is a type, nothing is not
    requireArgument("CloseEvent", arguments.length);
    const init = toDictionary("eventInitDict", eventInitDict);
    const { wasClean, code, reason } = init;
    super(type, {
      bubbles: Boolean(init.bubbles),
      cancelable: Boolean(init.cancelable),
      composed: Boolean(init.composed),
    });
    this.#wasClean = Boolean(wasClean);
    this.#code = code === undefined ? 0 : toUnsignedShort(code);
    this.#reason = reason === undefined ? "" : toUsvString(reason);
  }

  /** The closing handshake was completed. */
  get wasClean(): boolean {
    return this.#wasClean;
  }

  /** What the peer's close frame said; 1005 if it said nothing, 1006 if there was none. */
  get code(): number {
    return this.#code;
  }

  get reason(): string {
    return this.#reason;
  }
}

shapeInterface("CloseEvent", CloseEvent.prototype);
