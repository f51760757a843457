/** A file is at most 300 lines long, and 400 fail. */

import { isTypeScript, type Rule } from "./source-tree.ts";

const goal = 300;
const limit = 400;

export const fileSize: Rule = ({ path, text }) => {
  const lines = text.split("\n").length - 1;
  if (!isTypeScript(path) || lines <= goal) return [];
  return [
    { path, line: lines, message: `${lines} lines: the goal is ${goal}, the limit ${limit}`, warning: lines <= limit },
  ];
};
