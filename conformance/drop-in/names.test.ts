/** The names that @anywire/websocket takes on its objects, beside those of ws. */

import { createRequire } from "node:module";
import { dropInto, scenario } from "./drop-in.ts";

const app = dropInto([]);

scenario(app, "a name that is free on the objects of ws is free on ours", {
  file: "names.cjs",
  env: { ORIGINAL: createRequire(import.meta.url).resolve("ws") },
});
