/** mqtt and the broker aedes on @anywire/websocket. */

import { dropInto, reaches, scenarioBeside } from "./drop-in.ts";

const app = dropInto(["mqtt", "aedes"]);

reaches(app, ["mqtt"]);
scenarioBeside(app, "MQTT clients publish and subscribe at aedes over WebSocket", "mqtt.mjs");
