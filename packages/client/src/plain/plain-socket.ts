/** A socket of the plain wire, as a program sees it, and as its parts do. */

import type {
  AllButLast,
  DecorateAcknowledgements,
  DefaultEventsMap,
  EventNames,
  EventNamesWithAck,
  EventParams,
  EventsMap,
  FirstNonErrorArg,
  Last,
  ReservedOrUserEventNames,
  ReservedOrUserListener,
} from "@anywire/protocol/emitter";
import type { CodedError } from "./coded.ts";
import type { Link } from "./link.ts";
import type { Listeners } from "./listeners.ts";
import type { Outbox } from "./outbox.ts";

export interface PlainReservedEvents {
  /** `socket.recovered` says whether something was missed. */
  connect: () => void;
  /** `socket.active` says whether it will come back. */
  disconnect: (error: CodedError) => void;
  /** A try has failed. `socket.active` says whether there will be another. */
  connect_error: (error: CodedError) => void;
}

type NameOf<Listen extends EventsMap> = ReservedOrUserEventNames<PlainReservedEvents, Listen>;

interface SocketState {
  /** Where it connects to; secrets are in its query. */
  readonly url: URL;
  /** Public name of the socket on the server. */
  readonly id?: string;
  readonly connected: boolean;
  /** It is connected, or trying. */
  readonly active: boolean;
  /** Nothing was missed: the session went on, or all after `since` was there. */
  readonly recovered?: boolean;
  /** Why something may have been missed (delivery: "Promise"). */
  readonly reason?: string;
}

/** @typeParam Listen what the server emits @typeParam Emit what it listens to */
export interface PlainSocket<Listen extends EventsMap = DefaultEventsMap, Emit extends EventsMap = Listen>
  extends SocketState {
  /** Tries again at once, after `close()` or when it was refused. */
  connect(): this;
  /** For good, until `connect()`. What is not answered fails with `disconnected`. */
  close(): this;
  on<Name extends NameOf<Listen>>(name: Name, listener: ListenerOf<Listen, Name>): this;
  once<Name extends NameOf<Listen>>(name: Name, listener: ListenerOf<Listen, Name>): this;
  /** Without a listener: all of that event. */
  off<Name extends NameOf<Listen>>(name: Name, listener?: ListenerOf<Listen, Name>): this;
  /** The next emit's ack is called with an error first, or `null`: after so many milliseconds without an answer it is `timeout`. */
  timeout(ms: number): PlainSocket<Listen, DecorateAcknowledgements<Emit>>;
  /**
   * Sent now, or when it is connected. An ack, as the last argument, is called with the answer, or with an Error that has a `code`.
   * @throws {TypeError} for arguments that JSON has no form for
   */
  emit<Name extends EventNames<Emit>>(event: Name, ...args: EventParams<Emit, Name>): this;
  /** Rejects with what would be the ack's error. */
  emitWithAck<Name extends EventNamesWithAck<Emit>>(
    event: Name,
    ...args: AllButLast<EventParams<Emit, Name>>
  ): Promise<FirstNonErrorArg<Last<EventParams<Emit, Name>>>>;
}

type ListenerOf<Listen extends EventsMap, Name extends NameOf<Listen>> = ReservedOrUserListener<
  PlainReservedEvents,
  Listen,
  Name
>;

/** As its parts see it. */
export interface SocketParts extends SocketState, Listeners, Outbox {
  connected: boolean;
  active: boolean;
  link?: Link;
  connect(): this;
  close(): this;
  /** @param retry milliseconds, if the server says when to come back */
  end(code: unknown, retry?: number): void;
}
