/** The files that the rules of the house are checked on, and what a rule answers. */

export interface SourceFile {
  /** From the root of the repository, with `/`. */
  readonly path: string;
  readonly text: string;
}

export interface SourceTree {
  readonly files: readonly SourceFile[];
  has(path: string): boolean;
}

export interface Finding {
  readonly path: string;
  /** 0 when it is about the whole file. */
  readonly line: number;
  readonly message: string;
  /** Printed, but no failure. */
  readonly warning?: boolean;
}

/** One rule of the house, told of every file. */
export type Rule = (file: SourceFile, tree: SourceTree) => Finding[];

export function sourceTree(files: readonly SourceFile[]): SourceTree {
  const paths = new Set(files.map(({ path }) => path));
  return { files, has: (path) => paths.has(path) };
}

/** Every match of `pattern` (with its flag g) in `text`, as a finding at its line. */
export function findAll(path: string, text: string, rule: readonly [pattern: RegExp, message: string]): Finding[] {
  const [pattern, message] = rule;
  return [...text.matchAll(pattern)].map((match) => ({
    path,
    line: text.slice(0, match.index).split("\n").length,
    message: message.replace("$&", match[0].trim()),
  }));
}

export const isTypeScript = (path: string): boolean => path.endsWith(".ts");

/** A file of a library, as opposed to its tests, scripts and benchmarks. */
export const isLibrarySource = (path: string): boolean => /^packages\/[^/]+\/src\/.*\.ts$/.test(path);

/** Floor 0: `src/protocol` of a package, and the whole of the package `protocol`. */
export const isPure = (path: string): boolean =>
  /^packages\/(?:protocol\/src|[^/]+\/src\/protocol)\/.*\.ts$/.test(path);
