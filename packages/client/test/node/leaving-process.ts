/** A process with one session: `<port> <mode> <transports>`. It says "open", and then has to end by itself. */

import { Session } from "../../src/engine/session.ts";
import { nodePlatform } from "../../src/node-platform.ts";

const [port, mode, transports = ""] = process.argv.slice(2);
const names = transports.split(",");
const keeps = setInterval(() => {}, 60_000);

const session = new Session(
  `http://127.0.0.1:${port}`,
  { path: "/engine.io", transports: names, autoUnref: mode !== "close", requestTimeout: 50_000 },
  nodePlatform,
);

function leave(): void {
  clearInterval(keeps);
  process.stdout.write("open");
  if (mode === "close") session.close();
}

if (mode === "silence") setImmediate(() => setImmediate(leave));
else session.once(names.length > 1 ? "upgrade" : "open", leave);
