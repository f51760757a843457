/** jsdom, whose window.WebSocket is a client of @anywire/websocket. */

import { dropInto, reaches, scenarioBeside } from "./drop-in.ts";

const app = dropInto(["jsdom"]);

reaches(app, ["jsdom"]);
scenarioBeside(app, "a page in jsdom talks through its window.WebSocket", "jsdom.mjs");
