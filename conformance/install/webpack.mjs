/** Bundles with webpack: `node webpack.mjs <folder of webpack> <entry> <output> <target>`. */

import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";

const [tools, entry, output, target] = process.argv.slice(2);
const webpack = createRequire(join(tools, "package.json"))("webpack");

const options = {
  mode: "production",
  target,
  entry,
  output: { path: dirname(output), filename: basename(output) },
  optimization: { minimize: false },
};

webpack(options, (error, stats) => {
  if (error === null && !stats.hasErrors() && !stats.hasWarnings()) return;
  console.error(error ?? stats.toString());
  process.exitCode = 1;
});
