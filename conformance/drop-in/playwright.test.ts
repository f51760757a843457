/** playwright-core, whose own copy of ws is swapped for @anywire/websocket. */

import { chromiumArguments, findChromium, noChromium } from "../../scripts/chromium.ts";
import { dropInto, scenario } from "./drop-in.ts";

const app = dropInto(["playwright-core"], (app) =>
  app.swap("playwright-core/lib/utilsBundle.js", [
    ["import_receiver = __toESM(require_receiver(), 1)", 'import_receiver = { default: require("ws").Receiver }'],
    ["import_sender = __toESM(require_sender(), 1)", 'import_sender = { default: require("ws").Sender }'],
    ["import_websocket = __toESM(require_websocket(), 1)", 'import_websocket = { default: require("ws") }'],
    [
      "import_websocket_server = __toESM(require_websocket_server(), 1)",
      'import_websocket_server = { default: require("ws").WebSocketServer }',
    ],
  ]),
);

const CHROMIUM = findChromium();
scenario(app, "Playwright drives Chromium: pages, evaluation, screenshots", {
  file: "playwright.mjs",
  env: { CHROMIUM: CHROMIUM ?? "", CHROMIUM_ARGUMENTS: JSON.stringify(chromiumArguments) },
  skip: CHROMIUM === undefined ? noChromium : false,
});
