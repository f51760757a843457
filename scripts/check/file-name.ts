/** A file is named after the one thing that it holds. */

import { posix } from "node:path";
import type { Rule } from "./source-tree.ts";

const saysNothing = new Set(["util", "utils", "helper", "helpers", "common", "misc", "types", "constants"]);

export const fileName: Rule = ({ path }) => {
  const words = path.split("/").map((part) => posix.basename(part).split(".")[0] ?? "");
  const found = words.find((word) => saysNothing.has(word));
  return found === undefined ? [] : [{ path, line: 0, message: `"${found}" names nothing: call it what it is` }];
};
