/** What happens in the playground's rooms: a chat and a stock ticker, open to anonymous clients of every wire. */

import type { Authorize } from "@anywire/server";
import { AppError } from "./errors.ts";
import { StockMarket, symbolCount } from "./stock-market.ts";

/** Characters of a chat message at most. */
const maxChatLength = 2_000;
/** Milliseconds between two prices of one symbol. */
const priceInterval = 1_000;

/** What the rooms need of the platform. */
export interface PlaygroundWorld {
  /** From 0 to 1. */
  random(): number;
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls back again and again. @returns how to stop it */
  every(ms: number, callback: () => void): () => void;
}

/** A client, as the rooms see it. */
export interface RoomMember {
  readonly wire: string;
  join(rooms: readonly string[]): unknown;
  emit(name: string, ...args: unknown[]): unknown;
  on(name: string, listener: (...args: unknown[]) => void): unknown;
}

/** The server, as the rooms see it. */
export interface RoomServer {
  on(event: "connection", listener: (member: RoomMember) => void): unknown;
  to(room: string): { emit(name: string, ...args: unknown[]): unknown };
}

const openRooms = ["chat", "stocks"];

/** Everyone may join the playground's rooms and hear their past; no other room. */
export const authorizePlayground: Authorize = (_socket, rooms) => rooms.filter((room) => openRooms.includes(room));

/** @returns how to stop the ticker */
export function openPlayground(io: RoomServer, world: PlaygroundWorld): () => void {
  io.on("connection", (socket) => {
    if (socket.wire === "socket.io") socket.join(openRooms); // the others ask for their rooms
    // To the client alone, but in the one order of the log: all that it missed comes before, all that is new after.
    socket.emit("caught-up", { time: world.now() });
    socket.on("chat", (...args: unknown[]) => chat(io, args));
  });
  const market = new StockMarket(() => world.random());
  return world.every(priceInterval / symbolCount, () => io.to("stocks").emit("price", market.tick(world.now())));
}

/** @throws {AppError} which a client that asked for an ack is told */
function chat(io: RoomServer, args: unknown[]): void {
  const ack = typeof args.at(-1) === "function" ? args.pop() : undefined;
  const [text] = args;
  if (typeof text !== "string" || args.length !== 1 || text.trim() === "") throw new AppError("chat-text", "chat");
  if (text.length > maxChatLength) throw new AppError("chat-length", "chat");
  io.to("chat").emit("chat", text);
  if (typeof ack === "function") Reflect.apply(ack, undefined, ["ok"]);
}
