/**
 * The generated files in front of a package: what `require()` and `import` meet, and their types.
 *
 * There is one implementation, in CommonJS. `index.cjs` makes `module.exports` what the peer's is, `wrapper.mjs` re-exports it,
 * so a package has one identity however it is loaded: this is how `ws` does it.
 */

import type { PublicNames } from "./public-names.ts";

/**
 * What `module.exports` is: the plain namespace; or the default export with the others as its properties,
 * which is a class, a class that is callable without `new`, a function, or a function that is a constant.
 */
export type RootKind = "namespace" | "class" | "callable" | "function" | "constant";

/**
 * @param main the default export, if there is one
 * @param peer what the peer's is, where that cannot be told: a class that is `callable`, a function that is a `constant`
 */
export function kindOf(main: unknown, peer: "callable" | "constant" | undefined): RootKind {
  if (main === undefined) return "namespace";
  if (peer !== undefined) return peer;
  return typeof main === "function" && !String(main).startsWith("class") ? "function" : "class";
}

export interface RootFile {
  readonly name: string;
  readonly text: string;
}

export interface Root {
  readonly kind: RootKind;
  /** Base names in dist: the compiled module `index`, its roots `index.cjs` and `wrapper.mjs`. */
  readonly source: string;
  readonly cjs: string;
  readonly mjs: string;
  readonly names: PublicNames;
}

export function rootFiles(root: Root): RootFile[] {
  return [
    { name: root.cjs, text: requireRoot(root) },
    { name: root.mjs, text: importRoot(root) },
    { name: root.cjs.replace(/\.cjs$/, ".d.cts"), text: requireTypes(root) },
    { name: root.mjs.replace(/\.mjs$/, ".d.mts"), text: importTypes(root) },
  ];
}

function requireRoot({ kind, source, names }: Root): string {
  const all = `"use strict";\nconst all = require("./${source}.js");\n`;
  if (kind === "namespace") return `${all}module.exports = all;\n`;
  const root = kind === "callable" ? callableRoot : "const root = all.default;\n";
  const own = kind === "constant" ? [...names.values, "default"] : names.values;
  const properties = own.map((name) => `root.${name} = all.${name};\n`).join("");
  return `${all}${root}${properties}module.exports = root;\n`;
}

/** `root(…)` and `new root(…)` both construct; `instanceof` and `extends` see the class itself. */
const callableRoot = `const root = function (...args) {
  return Reflect.construct(all.default, args, new.target ?? all.default);
};
Object.setPrototypeOf(root, all.default);
Object.defineProperty(root, "name", { value: all.default.name });
root.prototype = all.default.prototype;
`;

function importRoot({ kind, cjs, names }: Root): string {
  const head = `import root from "./${cjs}";\n`;
  const named = names.values.map((name) => `export const ${name} = root.${name};\n`).join("");
  return kind === "namespace" ? head + named : `${head}export default root;\n${named}`;
}

/** A function brings its types along, in a namespace that its source merges with it; generics cannot be repeated here. */
function functionTypes({ source }: Root): string {
  return `import { default as root } from "./${source}.js";\nexport = root;\n`;
}

/** A constant merges with no namespace, so a function with the same signatures, at most two, stands in its place. */
function constantTypes({ source, names }: Root): string {
  return `import all = require("./${source}.js");
import { ${names.all.join(", ")} } from "./${source}.js";
type Parameters<F> = F extends { (...args: infer A): unknown; (...args: infer B): unknown } ? A | B : never;
declare function root(...args: Parameters<typeof all.default>): ReturnType<typeof all.default>;
declare namespace root {
  export { ${names.all.join(", ")}, root as default };
}
export = root;
`;
}

/** A class merged with a namespace (and a function): one `export =` with every meaning that the peer's types have. */
function requireTypes(root: Root): string {
  const { kind, source, names } = root;
  if (kind === "namespace") return `export * from "./${source}.js";\n`;
  if (kind === "function") return functionTypes(root);
  if (kind === "constant") return constantTypes(root);
  const call = "declare function root(...args: ConstructorParameters<typeof all.default>): root;\n";
  return `import all = require("./${source}.js");
import { ${names.all.join(", ")} } from "./${source}.js";
${kind === "callable" ? call : ""}declare class root extends all.default {}
declare namespace root {
  export { ${names.all.join(", ")} };
}
export = root;
`;
}

function importTypes({ kind, source, cjs }: Root): string {
  const named = `export * from "./${source}.js";\n`;
  return kind === "namespace" ? named : `import root = require("./${cjs}");\n${named}export default root;\n`;
}
