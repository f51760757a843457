import assert from "node:assert/strict";
import { test } from "node:test";
import type {
  Namespace,
  Socket,
  ExtendedError as TheirError,
  Event as TheirEvent,
  DisconnectReason as TheirReason,
} from "socket.io";
import type * as Theirs from "../../../node_modules/socket.io/dist/socket-types.d.ts";
import type { Handshake } from "../src/handshake.ts";
import type {
  DisconnectReason,
  Event,
  ExtendedError,
  NamespaceReservedEvents,
  ServerReservedEvents,
  SocketReservedEvents,
} from "../src/reserved-events.ts";

/** Each can stand for the other. */
type Equal<A, B> = [A, B] extends [B, A] ? true : false;

function equal<_Checks extends readonly true[]>(): void {}

test("what the server emits has socket.io's types", () => {
  equal<
    [
      Equal<DisconnectReason, TheirReason>,
      Equal<Event, TheirEvent>,
      Equal<ExtendedError, TheirError>,
      Equal<Handshake, Theirs.Handshake>,
      Equal<Handshake, Socket["handshake"]>,
      Equal<SocketReservedEvents, Theirs.SocketReservedEventsMap>,
    ]
  >();
});

test("a namespace and the server tell of sockets, of namespaces and of the program's own errors", () => {
  const seen: unknown[] = [];
  const events: ServerReservedEvents<Socket, Namespace> = {
    connect: (socket) => seen.push(socket.id),
    connection: (socket) => seen.push(socket.id),
    new_namespace: ({ name }) => seen.push(name),
    error: (error: Error, socket, event) => seen.push(error.message, socket?.id, event),
  };
  const { error }: NamespaceReservedEvents<Socket> = events;
  error(new Error("mine"), undefined, "chat");
  assert.deepEqual(seen, ["mine", undefined, "chat"]);
});
