/** The proof of one program: what is installed, that every `ws` or `eventsource` in it is ours, and the scenarios that run on it. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { download, npm } from "../install/downloads.ts";
import { DropInApp, type Peer } from "./app.ts";
import { besides, type ProgramName } from "./programs.ts";

const tarballs = process.env.ANYWIRE_TARBALLS;
if (tarballs === undefined)
  throw new Error("ANYWIRE_TARBALLS is not set: run `npm run check`, which packs the packages first");

interface Scenario {
  /** File in `fixtures/`; says "proven" at its end. */
  readonly file: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Why it can't run here. */
  readonly skip?: string | false;
  /** Why it does not pass yet. */
  readonly todo?: string | false;
}

/** A branch of what `npm ls --json` prints. */
interface Branch {
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, Branch>>;
}

/** Registers what installs the programs for the tests of a file, with our `ws`, and removes them after it. */
export function dropInto(names: readonly ProgramName[], prepare?: (app: DropInApp) => void): DropInApp {
  return dropInFor("ws", names, prepare);
}

/** The same with our stand-in for that peer. */
export function dropInFor(peer: Peer, names: readonly ProgramName[], prepare?: (app: DropInApp) => void): DropInApp {
  const app = new DropInApp(peer);
  before(async () => {
    await app.install(names, tarballs ?? "");
    prepare?.(app);
  });
  after(() => app.remove());
  return app;
}

/** @param users the packages that depend on the peer, at any depth */
export function reaches(app: DropInApp, users: readonly string[]): void {
  test(`the override reaches ${users.join(", ")}`, async () => {
    const manifest: { name: string; version: string } = JSON.parse(
      readFileSync(join(app.folder, "node_modules", app.peer, "package.json"), "utf8"),
    );
    assert.ok(app.standIn.startsWith(`npm:${manifest.name}@`), manifest.name);
    const { code, output } = await app.run([npm, "ls", app.peer, "--json", "--loglevel=silent"]);
    assert.equal(code, 0, output);
    const found = usersOf(app.peer, JSON.parse(output));
    for (const [user, version] of found) assert.equal(version, manifest.version, user);
    for (const user of users) assert.ok(found.has(user), output);
  });
}

/** @returns the packages in the tree that depend on `name`, each with the version that it got */
function usersOf(name: string, tree: Branch, found = new Map<string, string>()): Map<string, string> {
  for (const [user, branch] of Object.entries(tree.dependencies ?? {})) {
    const version = branch.dependencies?.[name]?.version;
    if (version !== undefined) found.set(user, version);
    usersOf(name, branch, found);
  }
  return found;
}

export function scenario(app: DropInApp, name: string, { file, env = {}, skip = false, todo = false }: Scenario): void {
  test(name, { skip, todo }, async () => {
    const { code, output } = await app.run([process.execPath, file], env);
    assert.equal(code, 0, output);
    assert.match(output, /^proven$/m);
  });
}

/** The scenario three times: on a bare HTTP server, and on one that Express 4 or 5 answers too. */
export function scenarioBeside(app: DropInApp, name: string, file: string): void {
  scenario(app, name, { file });
  for (const [beside, version] of Object.entries(besides))
    scenario(app, `${name}, beside ${beside}`, { file, env: { EXPRESS: download(version) } });
}
