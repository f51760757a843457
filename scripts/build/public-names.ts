/** The names that an entry exports, read from the declarations that `tsc` wrote for it. */

export interface PublicNames {
  /** Values: what exists when the module runs. */
  readonly values: readonly string[];
  /** Types and values: what exists for the compiler. */
  readonly all: readonly string[];
}

const list = /^export (?:type )?\{([^}]*)\}/gm;
const declaration = /^export (?:declare )?(?:abstract )?(?:class|function|const|let|var|interface|type) (\w+)/gm;

/**
 * @param declarations text of the entry's `.d.ts`
 * @param runtime the names on the compiled module
 * @throws {Error} for `export *`: what is public is named
 */
export function publicNames(declarations: string, runtime: readonly string[]): PublicNames {
  if (/^export \*/m.test(declarations))
    throw new Error("an entry names what it exports: `export *` is not allowed there");
  const listed = [...declarations.matchAll(list)].flatMap(([, names = ""]) =>
    names.split(",").map((name) => name.trim().split(/\s+/).at(-1) ?? ""),
  );
  const declared = [...declarations.matchAll(declaration)].map(([, name = ""]) => name);
  const all = [...new Set([...listed, ...declared])].filter((name) => name !== "" && name !== "default").sort();
  const values = runtime.filter((name) => name !== "default" && name !== "__esModule").sort();
  for (const name of values) if (!all.includes(name)) throw new Error(`no declaration found for the export ${name}`);
  return { values, all };
}
