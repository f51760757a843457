/** The generated roots: what they name, and what `module.exports` is. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { publicNames } from "../build/public-names.ts";
import { kindOf, type RootKind, rootFiles } from "../build/root-files.ts";

const declarations = `/** A comment that says export { Nothing }. */
import type { Hidden } from "./hidden.js";
export { Ws, Ws as default, type Data } from "./ws.js";
export type { Options } from "./options.js";
export {
  first,
  second as renamed,
} from "./list.js";
export declare const limit = 3;
export interface Shape { export: Hidden }
`;
const runtime = ["__esModule", "Ws", "default", "first", "limit", "renamed"];

test("finds every name that an entry exports, values and types apart", () => {
  assert.deepEqual(publicNames(declarations, runtime), {
    values: ["Ws", "first", "limit", "renamed"],
    all: ["Data", "Options", "Shape", "Ws", "first", "limit", "renamed"],
  });
});

test("refuses an entry that does not name what it exports", () => {
  assert.throws(() => publicNames('export * from "./ws.js";', []), /names what it exports/);
  assert.throws(() => publicNames("export {};", ["Ws"]), /no declaration found for the export Ws/);
});

test("finds out what a root is from its default export", () => {
  const rows: [main: unknown, peer: "callable" | "constant" | undefined, kind: RootKind][] = [
    [undefined, undefined, "namespace"],
    [undefined, "callable", "namespace"],
    [class {}, undefined, "class"],
    [class Ws extends Array {}, undefined, "class"],
    [class {}, "callable", "callable"],
    [function express() {}, undefined, "function"],
    [() => {}, undefined, "function"],
    [() => {}, "constant", "constant"],
  ];
  for (const [main, peer, kind] of rows) assert.equal(kindOf(main, peer), kind, String(main));
});

class Ws {
  static readonly OPEN = 1;
  readonly url: string;
  constructor(url: string) {
    this.url = url;
  }
}
const compiled = { __esModule: true, default: Ws, Ws, first: 1, limit: 3, renamed: 2 };
type Exports = typeof Ws & typeof compiled & ((url: string) => Ws);

/** Evaluates the generated `index.cjs`. */
function moduleExports(kind: RootKind): Exports {
  const names = publicNames(declarations, runtime);
  const [root] = rootFiles({ kind, source: "index", cjs: "index.cjs", mjs: "wrapper.mjs", names });
  return evaluate(root?.text ?? "", compiled);
}

function evaluate<Exported>(text: string, implementation: object): Exported {
  const module: { exports: Exported | undefined } = { exports: undefined };
  new Function("module", "require", text)(module, () => implementation);
  assert.ok(module.exports);
  return module.exports;
}

test("a namespace is itself", () => {
  assert.equal(moduleExports("namespace"), compiled);
});

test("a class is the default export with all others as its properties", () => {
  const root = moduleExports("class");
  assert.equal(root, Ws);
  assert.deepEqual([root.Ws, root.first, root.limit, root.renamed], [Ws, 1, 3, 2]);
  assert.throws(() => root("ws://a"), TypeError);
});

test("a callable root constructs with and without new, and is the class for instanceof and extends", () => {
  const root = moduleExports("callable");
  for (const made of [root("ws://a"), new root("ws://a"), new root.Ws("ws://a")]) {
    assert.equal(made.url, "ws://a");
    assert.ok(made instanceof root);
    assert.ok(made instanceof Ws);
  }
  assert.equal(root.OPEN, 1);
  assert.equal(root.name, "Ws");
  class Mine extends root {
    readonly mine = true;
  }
  assert.equal(new Mine("ws://b").mine, true);
  assert.equal(new Mine("ws://b").url, "ws://b");
  assert.ok(new Mine("ws://b") instanceof Ws);
});

test("a function is the default export, called as it is, with all others as its properties", () => {
  const names = publicNames("export { create as default, limit };", ["default", "limit"]);
  const [root, , types] = rootFiles({ kind: "function", source: "web", cjs: "web.cjs", mjs: "web.mjs", names });
  const create = (url: string): Ws => new Ws(url);
  const exported: typeof create & { limit: number } = evaluate(root?.text ?? "", { default: create, limit: 3 });
  assert.equal(exported, create);
  assert.equal(exported("ws://a").url, "ws://a");
  assert.equal(exported.limit, 3);
  assert.match(types?.text ?? "", /default as root[^;]*;\nexport = root;/);
});

test("a constant is the default export too, and has itself as its property default", () => {
  const names = publicNames("export declare const io: Lookup;\nexport { io as default, type Lookup };", [
    "default",
    "io",
  ]);
  const [root, , types] = rootFiles({ kind: "constant", source: "node", cjs: "node.cjs", mjs: "node.mjs", names });
  const io = (url: string): Ws => new Ws(url);
  const exported: typeof io & { io: unknown; default: unknown } = evaluate(root?.text ?? "", { default: io, io });
  assert.equal(exported, io);
  assert.equal(exported.io, io);
  assert.equal(exported.default, io);
  assert.match(types?.text ?? "", /export \{ Lookup, io, root as default \};/);
});
