/** The packages as users get them: built if they are missing or older than their sources, which would be a figure of something else. */

import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "../..");
const packages = ["protocol", "websocket", "eventsource", "server", "client"];

export function buildIfStale(): void {
  if (packages.every((name) => isFresh(join(root, "packages", name)))) return;
  console.error("Building the packages first.");
  const { status } = spawnSync("npm", ["run", "--silent", "build"], { cwd: root, stdio: ["ignore", 2, 2] });
  if (status !== 0) throw new Error("npm run build failed");
}

function isFresh(folder: string): boolean {
  const dist = join(folder, "dist");
  return existsSync(dist) && newest(dist) >= newest(join(folder, "src"));
}

/** When the newest file below `folder` was written. */
function newest(folder: string): number {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return Math.max(0, ...files.map((file) => statSync(join(folder, file)).mtimeMs));
}
