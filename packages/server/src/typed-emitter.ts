/** EventEmitter whose events have types: those that the server emits itself, and those of the program's maps. */

import { EventEmitter } from "node:events";
import type {
  Anything,
  EventNames,
  EventParams,
  EventsMap,
  ReservedOrUserEventNames,
  ReservedOrUserListener,
  TypedEventBroadcaster,
} from "@anywire/protocol/emitter";

/**
 * What is not named here is as free as an EventEmitter's: so does Socket.IO have it, and programs remove listeners of any type.
 * @typeParam Listen the program's events that are listened to
 * @typeParam Emit those that `emit` sends
 * @typeParam Reserved those that only the server emits
 */
export abstract class TypedEmitter<Listen extends EventsMap, Emit extends EventsMap, Reserved extends EventsMap>
  extends EventEmitter
  implements TypedEventBroadcaster<Emit>
{
  override on<Name extends ReservedOrUserEventNames<Reserved, Listen>>(
    event: Name,
    listener: ReservedOrUserListener<Reserved, Listen, Name>,
  ): this {
    return super.on(event, listener);
  }

  override once<Name extends ReservedOrUserEventNames<Reserved, Listen>>(
    event: Name,
    listener: ReservedOrUserListener<Reserved, Listen, Name>,
  ): this {
    return super.once(event, listener);
  }

  override emit<Name extends EventNames<Emit>>(event: Name, ...args: EventParams<Emit, Name>): boolean {
    return super.emit(event, ...args);
  }

  override listeners<Name extends ReservedOrUserEventNames<Reserved, Listen>>(
    event: Name,
  ): ReservedOrUserListener<Reserved, Listen, Name>[] {
    const listeners: Anything[] = super.listeners(event); // `on` and `once` took no others
    return listeners;
  }
}
