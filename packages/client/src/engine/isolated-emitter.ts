/** An emitter whose own work goes on whatever its listeners throw. */

import { Emitter, type EventNames, type EventParams, type EventsMap } from "@anywire/protocol/emitter";
import { isolate } from "../isolate.ts";

export class IsolatedEmitter<
  Reserved extends EventsMap,
  Listened extends EventsMap = Record<never, never>,
  Emitted extends EventsMap = Record<never, never>,
> extends Emitter<Listened, Emitted, Reserved> {
  protected override emitReserved<Name extends EventNames<Reserved>>(
    name: Name,
    ...args: EventParams<Reserved, Name>
  ): this {
    if (this.hasListeners(name)) isolate(() => super.emitReserved(name, ...args));
    return this;
  }
}
