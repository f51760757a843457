/** uWebSockets.js: frames alone. */

import { startIfAvailable } from "../answering.ts";
import { chosenRole } from "../peer-server.ts";
import { type App, loadUws, serveUws, type Uws } from "../uws.ts";

type Role = (app: App, uws: Uws) => void;

/** No pings and no limits that the cases would meet. */
const generous = {
  maxPayloadLength: 0x20_0000,
  maxBackpressure: 0x400_0000,
  idleTimeout: 0,
  sendPingsAutomatically: false,
};

function echo(compressionOf: (uws: Uws) => number): Role {
  return (app, uws) => {
    const compression = compressionOf(uws);
    const compress = compression !== uws.DISABLED;
    app.ws("/*", {
      ...generous,
      compression,
      message: (socket, message, binary) => void socket.send(message, binary, compress),
    });
  };
}

function broadcast(compressionOf: (uws: Uws) => number): Role {
  return (app, uws) => {
    const compression = compressionOf(uws);
    const compress = compression !== uws.DISABLED;
    app.ws("/*", {
      ...generous,
      compression,
      open: (socket) => void socket.subscribe("room"),
      message: (_, message, binary) => void app.publish("room", message, binary, compress),
    });
  };
}

const plain = (uws: Uws): number => uws.DISABLED;
const withContext = (uws: Uws): number => uws.DEDICATED_COMPRESSOR | uws.DEDICATED_DECOMPRESSOR;
const withoutContext = (uws: Uws): number => uws.SHARED_COMPRESSOR | uws.SHARED_DECOMPRESSOR;

const role = chosenRole(
  new Map([
    ["echo", echo(plain)],
    ["broadcast", broadcast(plain)],
    ["deflate echo", echo(withContext)],
    ["deflate echo without context", echo(withoutContext)],
    ["deflate broadcast", broadcast(withContext)],
  ]),
);

startIfAvailable(() => {
  const uws = loadUws();
  serveUws(uws, "/", (app) => role(app, uws));
});
