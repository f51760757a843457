/** Floor 0 knows no clock, no randomness and no timer: they come in as arguments. The compiler's `lib` and `types` hold the rest. */

import { codeOnly } from "./code-only.ts";
import { findAll, isPure, type Rule } from "./source-tree.ts";

const impure =
  /\bMath\s*\.\s*random\b|\bDate\b|\bperformance\b|\b(?:set|clear)(?:Timeout|Interval|Immediate)\b|\bqueueMicrotask\b|\bglobalThis\b/g;

export const purity: Rule = ({ path, text }) =>
  isPure(path) ? findAll(path, codeOnly(text), [impure, "floor 0 is pure: $& must be given to it"]) : [];
