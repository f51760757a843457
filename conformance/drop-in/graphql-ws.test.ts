/** graphql-ws, server and client, on @anywire/websocket. */

import { dropInto, reaches, scenarioBeside } from "./drop-in.ts";

const app = dropInto(["graphql-ws", "graphql"]);

reaches(app, ["graphql-ws"]);
scenarioBeside(app, "graphql-ws runs subscriptions and closes with the codes of its protocol", "graphql-ws.mjs");
