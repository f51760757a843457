/** Makes plain JavaScript of the processes of a round, so that no TypeScript loader runs beside what is measured. */

import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

export interface Programs {
  readonly load: string;
  /** @param file of peers/, without its ending */
  peer(file: string): string;
  remove(): void;
}

/** Whose code is run as it was installed. */
const others = [
  "ws",
  "socket.io",
  "socket.io-client",
  "websocket",
  "faye-websocket",
  "@btc-vision/*",
  "better-sse",
  "eventsource-parser",
];

/** @param from the packages as users get them (`dist`), or straight from source */
export async function makePrograms(from: "dist" | "source"): Promise<Programs> {
  const source = import.meta.dirname;
  const cache = join(source, "../.cache"); // below the workspace: `ws` and the packages are found from there
  mkdirSync(cache, { recursive: true });
  const outdir = mkdtempSync(join(cache, "programs-"));
  const entries = ["peers", "cases"].flatMap((folder) =>
    readdirSync(join(source, folder)).map((file) => join(source, folder, file)),
  );
  const remove = (): void => rmSync(outdir, { recursive: true, force: true });
  const building = build({
    entryPoints: [join(source, "load-main.ts"), ...entries],
    outbase: source,
    outdir,
    outExtension: { ".js": ".js" },
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20",
    external: from === "dist" ? [...others, "@anywire/*"] : others,
    conditions: from === "dist" ? [] : ["anywire-source"],
    logLevel: "error",
  });
  await building.catch((error: unknown) => {
    remove();
    throw error;
  });
  return {
    load: join(outdir, "load-main.js"),
    peer: (file) => join(outdir, "peers", `${file}.js`),
    remove,
  };
}
