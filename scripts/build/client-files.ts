/** The client for browsers that `@anywire/server` serves: the bundles of `@anywire/client`, with their licence beside them. */

import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { clientBundles } from "./client-bundles.ts";

const packages = join(import.meta.dirname, "../../packages");
const folder = join(packages, "server/client-dist");

/** Fills the server's folder. What is there already is left alone: somebody may be reading it. */
export function fillClientFiles(): void {
  mkdirSync(folder, { recursive: true });
  for (const { name, bytes } of clientBundles()) replace(join(folder, name), bytes);
  replace(join(folder, "LICENSE"), readFileSync(join(packages, "client/LICENSE")));
}

/** Whole or not at all, whoever reads or writes it too. */
function replace(target: string, bytes: Uint8Array): void {
  if (existsSync(target) && readFileSync(target).equals(bytes)) return;
  const written = `${target}.${process.pid}`;
  writeFileSync(written, bytes);
  renameSync(written, target);
}
