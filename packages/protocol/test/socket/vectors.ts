/** Packets and their messages, for both directions. */

import { type Packet, PacketType } from "../../src/socket/packet.ts";

export type Message = string | Uint8Array;

const { ACK, CONNECT, CONNECT_ERROR, DISCONNECT, EVENT } = PacketType;

export const first = Uint8Array.of(1, 2, 3);
export const second = Uint8Array.of(4);
const none = new Uint8Array(0);

export const vectors: [name: string, packet: Packet, messages: Message[]][] = [
  ["a CONNECT", { type: CONNECT, nsp: "/" }, ["0"]],
  ["a CONNECT to a namespace", { type: CONNECT, nsp: "/admin" }, ["0/admin,"]],
  ["a CONNECT with data", { type: CONNECT, nsp: "/admin", data: { token: "123" } }, ['0/admin,{"token":"123"}']],
  ["a DISCONNECT", { type: DISCONNECT, nsp: "/" }, ["1"]],
  ["a DISCONNECT of a namespace", { type: DISCONNECT, nsp: "/admin" }, ["1/admin,"]],
  ["a CONNECT_ERROR with text", { type: CONNECT_ERROR, nsp: "/", data: "no" }, ['4"no"']],
  ["a CONNECT_ERROR", { type: CONNECT_ERROR, nsp: "/a", data: { message: "no" } }, ['4/a,{"message":"no"}']],
  ["the error of an ack", { type: CONNECT_ERROR, nsp: "/a", id: 7, data: { code: "x" } }, ['4/a,7{"code":"x"}']],
  ["an event", { type: EVENT, nsp: "/", data: ["a", 1, {}] }, ['2["a",1,{}]']],
  ["an event alone", { type: EVENT, nsp: "/", data: [""] }, ['2[""]']],
  ["an event whose name is a number", { type: EVENT, nsp: "/", data: [1, "a"] }, ['2[1,"a"]']],
  ["an event named like a prototype's", { type: EVENT, nsp: "/", data: ["__proto__"] }, ['2["__proto__"]']],
  ["an event that wants an ack", { type: EVENT, nsp: "/", id: 0, data: ["a"] }, ['20["a"]']],
  ["the largest id", { type: EVENT, nsp: "/", id: 2 ** 53 - 1, data: ["a"] }, ['29007199254740991["a"]']],
  ["an event in a namespace", { type: EVENT, nsp: "/a/b?c=d", id: 12, data: ["a"] }, ['2/a/b?c=d,12["a"]']],
  ["an event with a name as a namespace has", { type: EVENT, nsp: "/", data: ["/a,1"] }, ['2["/a,1"]']],
  ["an ack", { type: ACK, nsp: "/", id: 123, data: [] }, ["3123[]"]],
  ["an ack in a namespace", { type: ACK, nsp: "/a", id: 1, data: ["x", null] }, ['3/a,1["x",null]']],
  [
    "an event with bytes",
    { type: EVENT, nsp: "/", data: ["a", first] },
    ['51-["a",{"_placeholder":true,"num":0}]', first],
  ],
  [
    "no bytes at all, twice",
    { type: EVENT, nsp: "/", data: ["a", none, none] },
    ['52-["a",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]', none, none],
  ],
  [
    "bytes deep inside, in order",
    { type: EVENT, nsp: "/cool", id: 23, data: ["a", { b: ["c", first, { d: null }] }, second, "e"] },
    [
      '52-/cool,23["a",{"b":["c",{"_placeholder":true,"num":0},{"d":null}]},{"_placeholder":true,"num":1},"e"]',
      first,
      second,
    ],
  ],
  [
    "an ack with bytes",
    { type: ACK, nsp: "/back", id: 127, data: [second, {}] },
    ['61-/back,127[{"_placeholder":true,"num":0},{}]', second],
  ],
];
