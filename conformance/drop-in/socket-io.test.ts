/** engine.io and socket.io, with their clients, on @anywire/websocket. */

import { dropInto, reaches, scenarioBeside } from "./drop-in.ts";

const app = dropInto(["engine.io", "engine.io-client", "socket.io", "socket.io-client"]);

reaches(app, ["engine.io", "socket.io-adapter", "engine.io-client"]);
scenarioBeside(app, "Engine.IO talks, upgrades from polling, and refuses what is too long", "engine-io.mjs");
scenarioBeside(app, "Socket.IO has rooms, binary, acknowledgements and broadcasts in order", "socket-io.mjs");
scenarioBeside(app, "Socket.IO shares its port with servers by path", "socket-io-beside.mjs");
