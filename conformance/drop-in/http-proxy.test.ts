/** http-proxy between a client and a server of @anywire/websocket. */

import { dropInto, scenarioBeside } from "./drop-in.ts";

const app = dropInto(["http-proxy"]);

scenarioBeside(app, "http-proxy passes handshakes, messages, close codes and refusals on", "http-proxy.mjs");
