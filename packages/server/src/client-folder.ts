/** Where the client for browsers lies: `client-dist` of this package, which the build fills. */

import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** @returns undefined in a bundle, which has left the package behind */
export function clientFolder(): string | undefined {
  const folder = packageFolder();
  return folder === undefined ? undefined : join(folder, "client-dist");
}

/** Compiled, this is a CommonJS module and knows its place; from source the program's packages are asked. */
function packageFolder(): string | undefined {
  if (typeof __dirname === "string") return dirname(__dirname);
  try {
    return dirname(createRequire(join(process.cwd(), "program.js")).resolve("@anywire/server/package.json"));
  } catch {
    return undefined;
  }
}
