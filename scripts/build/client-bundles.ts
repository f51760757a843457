/** The client in one file for browsers: the global `io`, AMD, CommonJS or an ES module, under the names that socket.io-client's have. */

import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { type BuildOptions, buildSync } from "esbuild";
import { minify_sync as minify } from "terser";

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

/**
 * Names of members that only our own classes use: the bundles give none of the classes away that programs extend. Not among
 * them: what socket.io-client has under the same name (`_readyState`, `_reconnecting`), and what transports of others have.
 */
const internal = new RegExp(
  `^(${[
    "_(active|opened|failed|closed|packet|tell|timers)|emitReserved|sendEvent|incoming|outgoing|skipReconnect|backoffRules",
    "on(Open|Packet|Close|Error|Data)|do(Open|Close|Poll|Write)|ask|binary|base64|supportsBinary|requestUri|isOurs",
    "isConnected|abandon|attachments|tries|openSession|createCookieJar|retryAfter",
  ].join("|")})$`,
);

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
    banner: { js: isModule ? "" : `${bannerOf(options)}\n${opening}` }, // a module goes into bundles, which would keep it
    footer: { js: isModule ? "" : closing },
    write: false,
  });
  const files = outputFiles.map(({ path, contents: bytes }) => ({ name: basename(path), bytes }));
  return options.minify ? shrink(name, files) : files;
}

/** Terser saves 4 % beyond esbuild, and knows which of our classes' internal names nobody outside has to know. */
function shrink(name: string, files: readonly BundleFile[]): BundleFile[] {
  const textOf = (wanted: string): string =>
    Buffer.from(files.find((file) => file.name === wanted)?.bytes ?? []).toString();
  const { code = "", map = "" } = minify(textOf(name), {
    ecma: 2020,
    toplevel: true,
    module: true,
    compress: {
      passes: 5,
      hoist_props: true,
      unsafe_arrows: true,
      unsafe: true,
      unsafe_methods: true,
      pure_getters: true,
      keep_fargs: false,
    },
    mangle: { properties: { regex: internal } },
    format: { preserve_annotations: true },
    sourceMap: { content: textOf(`${name}.map`), url: `${name}.map` },
  });
  const finished = { [name]: `${code}\n`, [`${name}.map`]: String(map) };
  return Object.entries(finished).map(([file, text]) => ({ name: file, bytes: Buffer.from(text) }));
}

function bannerOf({ alias }: BuildOptions): string {
  const { version }: { version: string } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const parts = alias === undefined ? "" : `\n * Contains ${msgpackParts}`;
  return `/*! @anywire/client ${version}, MIT${parts} */`;
}
