/** Our types of events are socket.io's: the compiler shows it, for each of them and several kinds of maps. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type * as Theirs from "../../../node_modules/socket.io/dist/typed-events.d.ts";
import type * as Ours from "../src/event-map.ts";

/** Assignable to each other wherever they are used: stricter than in both directions. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Compiles only if all are the same. */
function same<_Checks extends readonly true[]>(): void {}

interface Events {
  nothing: () => void;
  values: (a: string, b?: number) => void;
  ack: (a: string, callback: (answer: number, more: boolean) => void) => void;
  bareAck: (callback: () => void) => string;
  errorAck: (callback: (error: Error) => void) => void;
  errorAndValueAck: (a: Buffer, callback: (error: Error | null, value: string, more: Date) => void) => void;
  errorFirst: (a: string, callback: (error: Error, value: string, more: Date) => void) => void;
  optionalAck: (a: string, callback?: (value: string) => void) => void;
  twoFunctions: (visit: (a: number) => void, callback: (value: string) => Promise<void>) => void;
  rest: (a: string, ...rest: number[]) => void;
  restAcks: (...callbacks: ((a: string) => void)[]) => void;
  "with a dash": (a: unknown) => Promise<void>;
  union: (a: "x" | "y", callback: ((a: 1) => void) | ((b: 2, c: 3) => void)) => void;
  property: string;
}

interface Closed {
  ack: (a: string, callback: (answer: number, more: boolean) => void) => void;
  bareAck: (callback: () => void) => string;
  nothing: () => void;
  values: (a: string, b: number) => void;
  errorFirst: (a: string, callback: (error: Error, value: string, more: Date) => void) => void;
}

interface OpenEnd {
  values: (a: string) => void;
  // biome-ignore lint/suspicious/noExplicitAny: what is tested
  open: (a: string, last: any) => void;
}

interface OpenEvent {
  values: (a: string) => void;
  // biome-ignore lint/suspicious/noExplicitAny: what is tested
  open: any;
}

interface Symbols {
  [tag]: (callback: (answer: string) => void) => void;
  1: (a: string) => void;
}

declare const tag: unique symbol;

interface Reserved {
  connection: (socket: { id: string }) => void;
  values: (mine: symbol) => void;
}

/** Each type of a map. */
type MapsAgree<Map extends Theirs.EventsMap> = [
  Same<Ours.EventNames<Map>, Theirs.EventNames<Map>>,
  Same<Ours.EventParams<Map, Ours.EventNames<Map>>, Theirs.EventParams<Map, Theirs.EventNames<Map>>>,
  Same<Ours.EventNamesWithAck<Map>, Theirs.EventNamesWithAck<Map>>,
  Same<Ours.EventNamesWithoutAck<Map>, Theirs.EventNamesWithoutAck<Map>>,
  Same<Ours.EventNamesWithError<Map>, Theirs.EventNamesWithError<Map>>,
  Same<Ours.RemoveAcknowledgements<Map>, Theirs.RemoveAcknowledgements<Map>>,
  Same<Ours.ReservedOrUserEventNames<Reserved, Map>, Theirs.ReservedOrUserEventNames<Reserved, Map>>,
  Same<Ours.DecorateAcknowledgements<Map>, Theirs.DecorateAcknowledgements<Map>>,
  Same<
    Ours.DecorateAcknowledgementsWithMultipleResponses<Map>,
    Theirs.DecorateAcknowledgementsWithMultipleResponses<Map>
  >,
  Same<
    Ours.DecorateAcknowledgementsWithTimeoutAndMultipleResponses<Map>,
    Theirs.DecorateAcknowledgementsWithTimeoutAndMultipleResponses<Map>
  >,
  Same<
    Ours.EventNamesWithError<Ours.DecorateAcknowledgements<Map>>,
    Theirs.EventNamesWithError<Theirs.DecorateAcknowledgements<Map>>
  >,
  Same<
    Ours.DecorateAcknowledgements<Ours.DecorateAcknowledgementsWithMultipleResponses<Map>>,
    Theirs.DecorateAcknowledgements<Theirs.DecorateAcknowledgementsWithMultipleResponses<Map>>
  >,
  Same<
    { [Name in Ours.EventNames<Map>]: Ours.ReservedOrUserListener<Reserved, Map, Name> },
    { [Name in Theirs.EventNames<Map>]: Theirs.ReservedOrUserListener<Reserved, Map, Name> }
  >,
  Same<
    { [Name in Ours.EventNames<Map>]: Ours.FirstNonErrorArg<Ours.Last<Ours.EventParams<Map, Name>>> },
    { [Name in Theirs.EventNames<Map>]: Theirs.FirstNonErrorArg<Theirs.Last<Theirs.EventParams<Map, Name>>> }
  >,
  Same<
    { [Name in Ours.EventNames<Map>]: Ours.AllButLast<Ours.EventParams<Map, Name>> },
    { [Name in Theirs.EventNames<Map>]: Theirs.AllButLast<Theirs.EventParams<Map, Name>> }
  >,
];

type ListsAgree<List extends unknown[]> = [
  Same<Ours.Last<List>, Theirs.Last<List>>,
  Same<Ours.AllButLast<List>, Theirs.AllButLast<List>>,
  Same<Ours.FirstNonErrorTuple<List>, Theirs.FirstNonErrorTuple<List>>,
  Same<Ours.MultiplyArray<List>, Theirs.MultiplyArray<List>>,
];

test("maps of events mean what they mean to socket.io", () => {
  same<MapsAgree<Events>>();
  same<MapsAgree<Closed>>();
  same<MapsAgree<OpenEnd>>();
  same<MapsAgree<OpenEvent>>();
  same<MapsAgree<Symbols>>();
  same<MapsAgree<Reserved>>();
  same<MapsAgree<Record<never, never>>>();
  same<MapsAgree<Ours.DefaultEventsMap>>();
  same<MapsAgree<Ours.EventsMap>>();
  same<[Same<Ours.DefaultEventsMap, Theirs.DefaultEventsMap>, Same<Ours.EventsMap, Theirs.EventsMap>]>();
});

test("so do lists of arguments", () => {
  same<ListsAgree<[]>>();
  same<ListsAgree<[string]>>();
  same<ListsAgree<[Error, string, number?]>>();
  same<ListsAgree<[string, ...number[]]>>();
  same<ListsAgree<[...number[], string]>>();
  same<ListsAgree<string[]>>();
});

test("what emits for socket.io emits for us, and the other way", () => {
  const theirs = (broadcaster: Theirs.TypedEventBroadcaster<Closed>): Ours.TypedEventBroadcaster<Closed> => broadcaster;
  const ours = (broadcaster: Ours.TypedEventBroadcaster<Closed>): Theirs.TypedEventBroadcaster<Closed> => broadcaster;
  const broadcaster = { emit: () => true };
  assert.equal(ours(theirs(broadcaster)), broadcaster);
});

test("the comparison sees differences", () => {
  // @ts-expect-error: no such name
  same<[Same<Ours.EventNamesWithAck<Closed>, "ack" | "bareAck">]>();
  // @ts-expect-error: `any` is not the same as what it can be assigned to
  same<[Same<Ours.EventParams<OpenEnd, "open">, [a: string, last: string]>]>();
  same<[Same<Ours.EventNamesWithAck<Closed>, "ack" | "bareAck" | "errorFirst">]>();
});
