/** Finds the cases: every file in cases/ exports a list. */

import { readdirSync } from "node:fs";
import type { BenchCase } from "./bench-case.ts";

/** @param pattern phrases of whole words, between commas as in the names: "depth 64, text" */
export async function listCases(pattern = ""): Promise<BenchCase[]> {
  const folder = new URL("cases/", import.meta.url);
  const files = readdirSync(folder).filter((file) => /\.(ts|js)$/.test(file));
  const lists = await Promise.all(
    files.sort().map(async (file) => readCases(file, await import(new URL(file, folder).href))),
  );
  const phrases = pattern.split(/,\s+/).map(wholeWords);
  return lists.flat().filter(({ name }) => phrases.every((phrase) => wholeWords(name).includes(phrase)));
}

/** A comma within a number belongs to it. */
function wholeWords(text: string): string {
  const words = text
    .toLowerCase()
    .split(/,?\s+/)
    .filter((word) => word !== "");
  return ` ${words.join(" ")} `.replace(/^ +$/, "");
}

function readCases(file: string, module: { readonly default?: unknown }): BenchCase[] {
  const list = module.default;
  if (!Array.isArray(list) || !list.every(isCase))
    throw new TypeError(`cases/${file} has to export a list of cases by default`);
  return list;
}

function isCase(value: unknown): value is BenchCase {
  return typeof value === "object" && value !== null && "name" in value && ("role" in value || "listen" in value);
}
