/** vite, whose own copy of ws is swapped for @anywire/websocket. */

import { dropInto, scenario } from "./drop-in.ts";

const app = dropInto(["vite"], (app) =>
  app.swap("vite/dist/node/chunks/node.js", [
    ["__toESM(require_websocket_server(), 1)", '{ default: __require("ws").WebSocketServer }'],
  ]),
);

scenario(app, "vite's dev server tells its clients of a changed module", { file: "vite.mjs" });
