/** The types of events: names with the listeners that they have. Those of Socket.IO, so that typed programs compile unchanged. */

// biome-ignore lint/suspicious/noExplicitAny: a program says itself what its events carry; `unknown` would refuse its listeners
export type Anything = any;

type AnyFunction = (...args: Anything[]) => Anything;

/** Names of events, each with the type of its listener. */
export interface EventsMap {
  [event: string]: Anything;
}

/** Without a map of its own, a program may use every name with whatever arguments. */
export interface DefaultEventsMap {
  [event: string]: (...args: Anything[]) => void;
}

export type EventNames<Map extends EventsMap> = keyof Map & (string | symbol);

/** What the listeners of an event are called with. */
export type EventParams<Map extends EventsMap, Name extends EventNames<Map>> = Parameters<Map[Name]>;

export type ReservedOrUserEventNames<Reserved extends EventsMap, User extends EventsMap> =
  | EventNames<Reserved>
  | EventNames<User>;

/** A reserved event has the listener that the server says, whatever the program's map has under that name. */
export type ReservedOrUserListener<
  Reserved extends EventsMap,
  User extends EventsMap,
  Name extends ReservedOrUserEventNames<Reserved, User>,
> = UntypedIfNever<
  Name extends EventNames<Reserved> ? Reserved[Name] : Name extends EventNames<User> ? User[Name] : never
>;

/** For maps that are still type parameters, inside a program's own generic functions. */
type UntypedIfNever<Listener> = [Listener] extends [never] ? (...args: Anything[]) => void | Promise<void> : Listener;

/** Whatever can emit. */
export interface TypedEventBroadcaster<EmitEvents extends EventsMap> {
  emit<Name extends EventNames<EmitEvents>>(event: Name, ...args: EventParams<EmitEvents, Name>): boolean;
}

/*
 * Acknowledgements. An event has one if its last argument is a function. In a map whose events take anything, each may have one.
 */

/** Names of the events with an acknowledgement. */
export type EventNamesWithAck<Map extends EventsMap, Name extends EventNames<Map> = EventNames<Map>> = IfOpen<
  Map,
  Name,
  Name extends unknown ? (HasAck<Map, Name> extends true ? Name : never) : never
>;

/** Names of the events without one. */
export type EventNamesWithoutAck<Map extends EventsMap, Name extends EventNames<Map> = EventNames<Map>> = IfOpen<
  Map,
  Name,
  Name extends unknown ? (HasAck<Map, Name> extends true ? never : Name) : never
>;

/** Names of the events whose acknowledgement is called with an error first, as after `timeout()`. */
export type EventNamesWithError<
  Map extends EventsMap,
  Name extends EventNamesWithAck<Map> = EventNamesWithAck<Map>,
> = IfOpen<
  Map,
  Name,
  Name extends unknown ? (LooseParameters<LastParam<Map, Name>>[0] extends Error ? Name : never) : never
>;

/** The events that a whole namespace can be told without knowing who answers. */
export type RemoveAcknowledgements<Map extends EventsMap> = {
  [Name in EventNamesWithoutAck<Map>]: Map[Name];
};

/** Acknowledgements after `timeout()`: the error comes first, unless the program's map says so already. */
export type DecorateAcknowledgements<Map> = {
  [Name in keyof Map]: Map[Name] extends (...args: infer Args) => infer Result
    ? (...args: PrependError<Args>) => Result
    : Map[Name];
};

/** Those of a broadcast: one answer of each client. */
export type DecorateAcknowledgementsWithMultipleResponses<Map> = {
  [Name in keyof Map]: Map[Name] extends (...args: infer Args) => infer Result
    ? (...args: CollectAnswers<Args>) => Result
    : Map[Name];
};

/** Those of `serverSideEmit`: an error, or one answer of each node. */
export type DecorateAcknowledgementsWithTimeoutAndMultipleResponses<Map> = {
  [Name in keyof Map]: Map[Name] extends (...args: infer Args) => infer Result
    ? (...args: CollectAnswers<PrependError<Args>>) => Result
    : Map[Name];
};

/** What `emitWithAck` gives: the first argument of the acknowledgement that is no error. */
export type FirstNonErrorArg<Ack> = Ack extends (...args: infer Args) => Anything ? FirstNonErrorTuple<Args> : Anything;

export type FirstNonErrorTuple<Args extends unknown[]> = Args[0] extends Error ? Args[1] : Args[0];

/** Type of the last element; of all, where no last one is certain. */
export type Last<List extends readonly unknown[]> = List extends readonly [infer Only]
  ? Only
  : List extends readonly [infer _, ...infer Rest]
    ? Last<Rest>
    : List extends readonly (infer Element)[]
      ? Element
      : never;

export type AllButLast<List extends Anything[]> = List extends [...infer Head, infer _] ? Head : Anything[];

/** Each element many times. */
export type MultiplyArray<List extends unknown[]> = { [Index in keyof List]: List[Index][] };

type LastParam<Map extends EventsMap, Name extends EventNames<Map>> = Last<Parameters<Map[Name]>>;

type HasAck<Map extends EventsMap, Name extends EventNames<Map>> =
  Parameters<Map[Name]> extends never[] ? false : LastParam<Map, Name> extends AnyFunction ? true : false;

type LooseParameters<Listener> = Listener extends (...args: infer Args) => Anything ? Args : never;

/** All names if one of the events takes anything. */
type IfOpen<Map extends EventsMap, Name extends EventNames<Map>, Else> =
  IsAny<LastParam<Map, Name> | Map[Name]> extends true ? Name : Else;

/** Only `any` lies between types that have nothing in common. */
type IsAny<Type> = 0 extends 1 & Type ? true : false;

type PrependError<Args extends Anything[]> = {
  [Index in keyof Args]: Args[Index] extends (...args: infer Answer) => infer Result
    ? Answer[0] extends Error
      ? Args[Index]
      : (err: Error, ...args: Answer) => Result
    : Args[Index];
};

/** Clients answer with one value each: what a map says beyond that does not come. */
type CollectAnswers<Args extends Anything[]> = {
  [Index in keyof Args]: Args[Index] extends (...args: infer Answer) => infer Result
    ? Answer extends [Error]
      ? (err: Error) => Result
      : Answer extends [Error, ...infer Values]
        ? (err: Error, ...args: FirstLabelled<MultiplyArray<Values>>) => Result
        : Answer extends []
          ? () => Result
          : (...args: FirstLabelled<MultiplyArray<Answer>>) => Result
    : Args[Index];
};

/** The first element as a tuple: so it keeps the name that editors show. */
type FirstLabelled<List extends Anything[]> = List extends [Anything, ...infer Rest]
  ? List extends [...infer First, ...Rest]
    ? First
    : never
  : never;
