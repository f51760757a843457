/** Measures what browsers load of `@anywire/client`, minified and compressed, beside socket.io-client; fails above the limits. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { buildSync } from "esbuild";
import { bundling, clientBundles } from "./build/client-bundles.ts";

const theirs = dirname(createRequire(import.meta.url).resolve("socket.io-client/package.json"));
const theirName = "socket.io-client";

/** In bytes of gzip, alike for what is bundled and what is one file already. */
const sizeOf = (bytes: Uint8Array): number => gzipSync(bytes, { level: 9 }).length;

const files = new Map(clientBundles().map(({ name, bytes }) => [name, bytes]));

/** As bundlers find it in the package. */
const module = join(mkdtempSync(join(tmpdir(), "anywire-size-")), "client.mjs");
writeFileSync(module, fileOf("socket.io.esm.min.js"));

function fileOf(name: string): Uint8Array {
  const file = files.get(name);
  if (file === undefined) throw new Error(`there is no bundle ${name}`);
  return file;
}

/** Of a program that only does this import. */
function bundleSize(names: string, from: string): number {
  const contents = `import { ${names} } from "${from}"; console.log(${names});`;
  const options = { ...bundling, minify: true, format: "esm", write: false } as const;
  const { outputFiles } = buildSync({ ...options, stdin: { contents, resolveDir: import.meta.dirname } });
  return outputFiles.reduce((size, file) => size + sizeOf(file.contents), 0);
}

interface Row {
  readonly title: string;
  readonly size: number;
  readonly limit: number;
  readonly peer?: number;
}

const whole = bundleSize("io, Manager, Socket, events, WebTransport", module);
const rows: readonly Row[] = [
  {
    title: "{ io } of @anywire/client",
    size: bundleSize("io", module),
    limit: Math.min(9_000, whole),
    peer: bundleSize("io", theirName),
  },
  {
    title: "socket.io.min.js",
    size: sizeOf(fileOf("socket.io.min.js")),
    limit: 9_000,
    peer: sizeOf(readFileSync(join(theirs, "dist/socket.io.min.js"))),
  },
  { title: "{ connect } of @anywire/client/plain", size: bundleSize("connect", "@anywire/client/plain"), limit: 2_000 },
  { title: "all that @anywire/client exports", size: whole, limit: Number.POSITIVE_INFINITY },
];

const { version }: { version: string } = JSON.parse(readFileSync(join(theirs, "package.json"), "utf8"));
const padded = (number: number): string => number.toLocaleString("en").padStart(7);

console.log(`bytes of gzip, minified${" ".repeat(30)}ours   limit  ${theirName} ${version}`);
for (const { title, size, limit, peer } of rows) {
  const bound = Number.isFinite(limit) ? padded(limit) : " ".repeat(7);
  console.log(`${title.padEnd(50)}${padded(size)} ${bound}  ${peer === undefined ? "" : padded(peer)}`.trimEnd());
}
const tooLarge = rows.filter(({ size, limit }) => size >= limit);
for (const { title, size, limit } of tooLarge) console.error(`${title}: ${size} bytes, the limit is ${limit}`);
if (tooLarge.length > 0) process.exitCode = 1;
rmSync(dirname(module), { recursive: true });
