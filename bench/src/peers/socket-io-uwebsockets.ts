/** npm's `socket.io` on uWebSockets.js, by its `attachApp`: where the binary loads. */

import { Server } from "socket.io";
import { startIfAvailable } from "../answering.ts";
import { chosenRole } from "../peer-server.ts";
import { socketIoPath, socketIoRoles, withoutPings } from "../socket-io-roles.ts";
import { loadUws, serveUws } from "../uws.ts";

startIfAvailable(() => {
  serveUws(loadUws(), socketIoPath, (app) => {
    const io = new Server(withoutPings);
    io.attachApp(app);
    chosenRole(socketIoRoles)(io);
  });
});
