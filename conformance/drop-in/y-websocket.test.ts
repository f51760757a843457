/** y-websocket, server and provider, on @anywire/websocket. */

import { dropInto, reaches, scenarioBeside } from "./drop-in.ts";

const app = dropInto(["yjs", "y-websocket", "y-websocket-server"]);

reaches(app, ["y-websocket-server"]);
scenarioBeside(app, "two Yjs documents become one over y-websocket", "y-websocket.cjs");
