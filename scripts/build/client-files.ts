/** The client for browsers that `@anywire/server` serves: the bundles of socket.io-client, with their licence beside them. */

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const folder = join(import.meta.dirname, "../../packages/server/client-dist");
const client = dirname(createRequire(import.meta.url).resolve("socket.io-client/package.json"));

/** Fills the package's folder. What is there already is left alone: somebody may be reading it. */
export function fillClientFiles(): void {
  mkdirSync(folder, { recursive: true });
  const bundles = readdirSync(join(client, "dist")).map((name) => [name, join(client, "dist", name)] as const);
  for (const [name, source] of [...bundles, ["LICENSE", join(client, "LICENSE")] as const]) {
    const bytes = readFileSync(source);
    const target = join(folder, name);
    if (!existsSync(target) || !readFileSync(target).equals(bytes)) writeFileSync(target, bytes);
  }
}
