/** The packages of this workspace as the build sees them: what a package.json says, and nothing beside it. */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** One public entry: its source, and the generated files in front of its compiled form. */
export interface Entry {
  /** `.` or `./plain`. */
  readonly subpath: string;
  /** Name of the source without folder and extension: `index`, `plain`. */
  readonly source: string;
  /** File names in dist, as package.json names them. */
  readonly cjs: string;
  readonly mjs: string;
  /** Compiled as ESM too, for bundles. */
  readonly browser: boolean;
}

export interface WorkspacePackage {
  readonly name: string;
  readonly folder: string;
  readonly dist: string;
  readonly dependencies: readonly string[];
  readonly entries: readonly Entry[];
}

interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly exports?: Readonly<Record<string, string | ExportConditions>>;
}

interface ExportConditions {
  /** Two where browsers have an entry of their own. */
  readonly "anywire-source": string | { readonly browser: string; readonly default: string };
  /** A file alone: what browsers get instead. Else they get ESM; `require` is for test runners that say `browser` and bundle nothing. */
  readonly browser?: { readonly default: string; readonly require?: unknown } | string;
  readonly import: { readonly default: string };
  readonly require: { readonly default: string };
}

/** The published packages under `packages/`, those that others depend on first. */
export function workspacePackages(root: string): WorkspacePackage[] {
  const packages = readdirSync(join(root, "packages"))
    .map((name) => join(root, "packages", name))
    .filter((folder) => existsSync(join(folder, "package.json")))
    .map((folder) => ({ folder, manifest: readManifest(folder) }))
    .filter(({ manifest }) => manifest.private !== true)
    .map(({ folder, manifest }) => describe(folder, manifest));
  return inOrder(packages);
}

function readManifest(folder: string): Manifest {
  const manifest: Manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  if (typeof manifest.name !== "string") throw new Error(`${folder}/package.json has no name`);
  return manifest;
}

function describe(folder: string, manifest: Manifest): WorkspacePackage {
  const entries = Object.entries(manifest.exports ?? {}).flatMap(([subpath, target]) =>
    typeof target === "string" ? [] : describeEntries(`${manifest.name} ${subpath}`, subpath, target),
  );
  const dependencies = Object.keys(manifest.dependencies ?? {});
  return { name: manifest.name, folder, dist: join(folder, "dist"), dependencies, entries };
}

function describeEntries(title: string, subpath: string, conditions: ExportConditions): Entry[] {
  const entry = describeEntry(title, subpath, conditions);
  const { "anywire-source": sources, browser } = conditions;
  if (typeof sources === "object") {
    const source = sourceIn(sources.browser);
    if (source === undefined) throw new Error(`exports of ${title}: anywire-source must name src/*.ts`);
    return [
      { ...entry, browser: false },
      { ...entry, source, cjs: `${source}.cjs`, mjs: `${source}.mjs` },
    ];
  }
  const source = typeof browser === "string" ? browser.match(/^\.\/dist\/([\w-]+)\.cjs$/)?.[1] : undefined;
  if (typeof browser === "string" && source === undefined)
    throw new Error(`exports of ${title}: browser must name dist/*.cjs`);
  return source === undefined ? [entry] : [entry, { ...entry, source, cjs: `${source}.cjs`, mjs: `${source}.mjs` }];
}

function describeEntry(title: string, subpath: string, conditions: ExportConditions): Entry {
  const { "anywire-source": sources } = conditions;
  const source = sourceIn(typeof sources === "object" ? sources.default : sources);
  const mjs = conditions.import?.default.match(/^\.\/dist\/([\w-]+\.mjs)$/)?.[1];
  const cjs = conditions.require?.default.match(/^\.\/dist\/([\w-]+\.cjs)$/)?.[1];
  if (source === undefined || mjs === undefined || cjs === undefined)
    throw new Error(
      `exports of ${title}: anywire-source, import and require must name src/*.ts, dist/*.mjs, dist/*.cjs`,
    );
  return { subpath, source, cjs, mjs, browser: typeof conditions.browser === "object" };
}

function sourceIn(path: string | undefined): string | undefined {
  return path?.match(/^\.\/src\/([\w-]+)\.ts$/)?.[1];
}

function inOrder(packages: readonly WorkspacePackage[]): WorkspacePackage[] {
  const ordered: WorkspacePackage[] = [];
  const visit = (each: WorkspacePackage): void => {
    if (ordered.includes(each)) return;
    for (const other of packages) if (each.dependencies.includes(other.name)) visit(other);
    ordered.push(each);
  };
  packages.forEach(visit);
  return ordered;
}
