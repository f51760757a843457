/** A process of its own with a server or a client of ours, whose memory is looked at from outside: `victim.ts` starts it. */

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { WebSocket, WebSocketServer } from "@anywire/websocket";
import { portOf } from "../served.ts";
import type { Orders, Report } from "./victim.ts";

setFlagsFromString("--expose-gc");
const collect: unknown = runInNewContext("gc");

const seen = { messages: 0, bytes: 0, pings: 0, errors: Array.of<string>(), closes: Array.of<number>() };
const sockets = new Set<WebSocket>();

function watch(socket: WebSocket): void {
  sockets.add(socket);
  socket.on("message", (data) => {
    seen.messages++;
    if (Buffer.isBuffer(data)) seen.bytes += data.length;
    tell();
  });
  socket.on("ping", (data) => {
    seen.pings++;
    if (data.toString() === "read") tell();
  });
  socket.on("error", (error) => {
    if ("code" in error) seen.errors.push(String(error.code));
  });
  socket.on("close", (code) => {
    sockets.delete(socket);
    seen.closes.push(code);
    tell();
  });
}

function tell({ port, asked = false }: { port?: number; asked?: boolean } = {}): void {
  const { rss, heapUsed, external } = process.memoryUsage();
  const peak = process.resourceUsage().maxRSS * 1024;
  const report: Report = { ...seen, asked, port, rss, held: heapUsed + external, peak, open: sockets.size };
  process.send?.(report);
}

process.on("message", (orders: Orders | "report") => {
  if (orders === "report") {
    if (typeof collect === "function") collect();
    tell({ asked: true });
  } else if (orders.url === undefined) {
    const wss = new WebSocketServer({ ...orders.options, port: 0, host: "127.0.0.1" });
    wss.on("connection", watch).on("listening", () => tell({ port: portOf(wss) }));
  } else {
    for (let n = 0; n < (orders.count ?? 1); n++) watch(new WebSocket(orders.url, orders.options));
    tell();
  }
});
