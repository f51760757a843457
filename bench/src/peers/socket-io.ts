/** npm's `socket.io` as its documentation shows it, on its own `ws`: the reference of Socket.IO. */

import { Server } from "socket.io";
import { startIfAvailable } from "../answering.ts";
import { checkBufferUtil } from "../buffer-util.ts";
import { type Role, servePeer } from "../peer-server.ts";
import { type SocketIoRole, socketIoPath, socketIoRoles, withoutPings } from "../socket-io-roles.ts";

function roleOf(role: SocketIoRole): Role {
  return (http) => {
    role(new Server(http, withoutPings));
    return socketIoPath;
  };
}

startIfAvailable(() => {
  checkBufferUtil();
  servePeer(new Map([...socketIoRoles].map(([name, role]) => [name, roleOf(role)])));
});
