/** Functions over 40 lines, told by Biome, which fails those over 60 itself. */

import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { join, relative, resolve } from "node:path";
import type { Finding } from "./source-tree.ts";

const biome = createRequire(import.meta.url).resolve("@biomejs/biome/bin/biome");
const rule = "--only=complexity/noExcessiveLinesPerFunction";

export function longFunctions(root: string): Finding[] {
  const config = `--config-path=${join(import.meta.dirname, "advice.biome.json")}`;
  const answer = spawnSync(
    process.execPath,
    [biome, "lint", rule, config, "--reporter=github", "--max-diagnostics=none", "."],
    {
      cwd: root,
      encoding: "utf8",
    },
  );
  return [...answer.stdout.matchAll(/^::\w+ .*?file=([^,]+),line=(\d+).*?::(.*)$/gm)].map(
    ([, path = "", line, message = ""]) => ({
      path: relative(root, resolve(root, path)),
      line: Number(line),
      message: `${message} The goal is 40 lines.`,
      warning: true,
    }),
  );
}
