/** The client in one file for browsers: the global `io`, AMD, CommonJS or an ES module, under the names that socket.io-client's have. */

import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { type BuildOptions, buildSync } from "esbuild";

const folder = join(import.meta.dirname, "../../packages/client");

/** What browsers load: ES2022 is what all of them have had since 2022. */
export const bundling = {
  bundle: true,
  platform: "browser",
  target: "es2022",
  conditions: ["anywire-source"],
  logLevel: "error",
} satisfies BuildOptions;

/** A module of its own would be exported by what is around it. */
const universal = `
  import { io, protocol } from "./src/index.ts";
  io.protocol = protocol;
  publish(io);`;

/** What is around it: `io` for CommonJS, for AMD, else as a global. */
const opening = '(publish => {"use strict";';
const closing = `})(io => {
  if (typeof exports === "object" && typeof module === "object") module.exports = io;
  else if (typeof define === "function" && define.amd) define(() => io);
  else globalThis.io = io;
});`.replaceAll(/\n */g, "");

const asModule = `export * from "./src/index.ts"; export { default } from "./src/index.ts";`;

/** With the parser of socket.io-msgpack-parser in the place of our codec. */
const msgpack = { "@anywire/protocol/compact": join(import.meta.dirname, "msgpack-codec.mjs") };
const msgpackParts = "socket.io-msgpack-parser, notepack.io and component-emitter, which are under the MIT License too";

const bundles: readonly [name: string, contents: string, options: BuildOptions][] = [
  ["socket.io.js", universal, {}],
  ["socket.io.min.js", universal, { minify: true }],
  ["socket.io.esm.min.js", asModule, { minify: true }],
  ["socket.io.msgpack.min.js", universal, { minify: true, alias: msgpack }],
];

export interface BundleFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** @returns the bundles, each with its source map */
export function clientBundles(): BundleFile[] {
  return bundles.flatMap(([name, contents, options]) => bundle(name, contents, options));
}

function bundle(name: string, contents: string, options: BuildOptions): BundleFile[] {
  const isModule = contents === asModule;
  const { outputFiles } = buildSync({
    ...bundling,
    ...options,
    format: "esm",
    stdin: { contents, resolveDir: folder, sourcefile: `bundles/${name}` },
    outfile: join(folder, "dist", name),
    sourcemap: true,
    banner: { js: `${bannerOf(options)}\n${isModule ? "" : opening}` },
    footer: { js: isModule ? "" : closing },
    write: false,
  });
  return outputFiles.map(({ path, contents: bytes }) => ({ name: basename(path), bytes }));
}

function bannerOf({ alias }: BuildOptions): string {
  const { version }: { version: string } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const parts = alias === undefined ? "" : `\n * Contains ${msgpackParts}`;
  return `/*!\n * @anywire/client v${version}\n * (c) The Anywire authors\n * Released under the MIT License${parts}\n */`;
}
