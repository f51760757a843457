/** A process whose one client connects, and leaves when it is told to. Arguments: the library, the URL, the options as JSON. */

import type { Library } from "./library.ts";

const [root = "", url, options = "{}"] = process.argv.slice(2);
const { io }: Library = await import(root);
const socket = io(url, JSON.parse(options));
const busy = setInterval(() => {}, 60_000);
socket.on("connect", () => {
  clearInterval(busy);
  process.stdout.write("connected\n");
});
socket.on("leave", () => {
  socket.disconnect();
  process.stdout.write("left\n");
});
