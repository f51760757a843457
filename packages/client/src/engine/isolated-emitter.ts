/** An emitter whose own work goes on whatever its listeners throw. */

import { Emitter, type EventNames, type EventParams, type EventsMap } from "@anywire/protocol/emitter";

export class IsolatedEmitter<Reserved extends EventsMap> extends Emitter<
  Record<never, never>,
  Record<never, never>,
  Reserved
> {
  /** What a listener throws reaches the platform as an uncaught error, after this. */
  protected override emitReserved<Name extends EventNames<Reserved>>(
    name: Name,
    ...args: EventParams<Reserved, Name>
  ): this {
    try {
      super.emitReserved(name, ...args);
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
    return this;
  }
}
