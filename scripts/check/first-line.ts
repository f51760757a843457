/** The first line of a source file says what it is; a test is named after what it tests. */

import { isTypeScript, type Rule } from "./source-tree.ts";

const begins = /^(?:#!.*\n)?\/\*\*/;

export const firstLine: Rule = ({ path, text }) => {
  if (!isTypeScript(path) || path.endsWith(".test.ts") || begins.test(text)) return [];
  return [{ path, line: 1, message: "begins without a doc comment" }];
};
