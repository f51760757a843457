/** A program of its own, for a test: it says something to its first client and exits at once. */

import { WebSocketServer } from "@anywire/websocket";
import { portOf } from "../served.ts";

const wss = new WebSocketServer({ port: 0, host: "127.0.0.1" }, () => {
  console.log(portOf(wss));
});
wss.on("connection", (socket) => {
  socket.on("message", () => {
    setImmediate(() => {
      socket.send("last words");
      process.exit(0);
    });
  });
});
