/** Tools that talk to browsers by socket.io, on @anywire/server. */

import { findChromium, noChromium } from "../../scripts/chromium.ts";
import { dropInFor, reaches, scenario } from "./drop-in.ts";

const chromium = findChromium();
const app = dropInFor("socket.io", ["browser-sync", "karma", "karma-chrome-launcher", "socket.io-client"]);

reaches(app, ["browser-sync", "karma"]);
scenario(app, "browser-sync tells its pages to reload, and each of the clicks of the others", {
  file: "browser-sync.mjs",
});
scenario(app, "karma runs tests in a browser and hears their results", {
  file: "karma.mjs",
  env: { CHROME_BIN: chromium ?? "" },
  skip: chromium === undefined ? noChromium : false,
});
