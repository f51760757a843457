/** Every file of floor 0 that has code has its own test, at the same place under `test/`. */

import { codeOnly } from "./code-only.ts";
import { isPure, type Rule } from "./source-tree.ts";

const code = /^\s*(?:export\s+)?(?:default\s+)?(?:abstract\s+)?(?:async\s+)?(?:function|class|const|let)\b/m;

export const mirrorTest: Rule = ({ path, text }, tree) => {
  if (!isPure(path) || !code.test(codeOnly(text))) return [];
  const mirror = path.replace("/src/", "/test/").replace(/\.ts$/, ".test.ts");
  return tree.has(mirror) ? [] : [{ path, line: 0, message: `has no mirror test ${mirror}` }];
};
