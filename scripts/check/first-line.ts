/** The first line of a source file says what it is. */

import { isTypeScript, type Rule } from "./source-tree.ts";

export const firstLine: Rule = ({ path, text }) =>
  !isTypeScript(path) || /^(?:#!.*\n)?\/\*\*/.test(text)
    ? []
    : [{ path, line: 1, message: "begins without a doc comment" }];
