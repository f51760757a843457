/** Programs that talk to npm's socket.io, with @anywire/client in the place of socket.io-client. */

import { dropInFor, reaches, scenario } from "./drop-in.ts";

const app = dropInFor("socket.io-client", [
  "@feathersjs/feathers",
  "@feathersjs/socketio",
  "@feathersjs/socketio-client",
  "browser-sync",
  "socket.io",
]);

reaches(app, ["browser-sync-ui"]);
scenario(app, "a client of Feathers calls services, and hears what was created", { file: "feathers.mjs" });
scenario(app, "a page of browser-sync is told to reload, and each of the clicks of the others", {
  file: "browser-sync.mjs",
});
