/** A program of a user, in a folder outside the workspace: its package.json puts ours in the place of a peer as the README says. */

import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { npm, npmOptions } from "../install/downloads.ts";
import { type Outcome, runProgram } from "../program.ts";
import { type ProgramName, programs } from "./programs.ts";
import { Registry } from "./registry.ts";

/** What stands in for each peer, as the READMEs write it. */
const ours = {
  ws: "npm:@anywire/websocket@8",
  eventsource: "npm:@anywire/eventsource@4",
  "socket.io": "npm:@anywire/server@4",
  "socket.io-client": "npm:@anywire/client@4",
} as const;

export type Peer = keyof typeof ours;

/** The variable names another stand-in, `npm:ws@8.23.0` for one: is it us, or the scenario? */
function standInFor(peer: Peer): string {
  const { DROP_IN = "" } = process.env;
  return DROP_IN.startsWith(`npm:${peer}@`) ? DROP_IN : ours[peer];
}

export class DropInApp {
  readonly folder = mkdtempSync(join(tmpdir(), "anywire drop-in "));
  readonly peer: Peer;
  readonly standIn: string;

  constructor(peer: Peer) {
    this.peer = peer;
    this.standIn = standInFor(peer);
  }

  /** @param tarballs folder of what `npm pack` made */
  async install(names: readonly ProgramName[], tarballs: string): Promise<void> {
    const { peer, standIn } = this;
    const dependencies = { [peer]: standIn, ...Object.fromEntries(names.map((name) => [name, programs[name]])) };
    const manifest = { private: true, dependencies, overrides: { [peer]: `$${peer}` } };
    const registry = await Registry.open(packed(tarballs));
    try {
      writeFileSync(join(this.folder, "package.json"), JSON.stringify(manifest));
      writeFileSync(join(this.folder, ".npmrc"), `@anywire:registry=${registry.url}\n`);
      const command = [npm, "install", ...npmOptions] as const;
      const { code, output } = await runProgram({ folder: this.folder, command, timeout: 100_000 });
      if (code !== 0)
        throw new Error(`npm could not install ${names.join(", ")} (is the registry reachable?):\n${output}`);
    } finally {
      registry.close();
    }
    cpSync(join(import.meta.dirname, "fixtures"), this.folder, { recursive: true });
  }

  run(command: readonly [string, ...string[]], env: Readonly<Record<string, string>> = {}): Promise<Outcome> {
    return runProgram({ folder: this.folder, command, env, timeout: 30_000 });
  }

  /** Puts ours in the place of what a program carries in its bundle, in the installed copy. */
  swap(file: string, swaps: readonly (readonly [bundled: string, ours: string])[]): void {
    const path = join(this.folder, "node_modules", file);
    let text = readFileSync(path, "utf8");
    for (const [bundled, ours] of swaps) {
      if (text.split(bundled).length !== 2) throw new Error(`${file} does not have ${bundled} once`);
      text = text.replace(bundled, () => ours);
    }
    writeFileSync(path, text);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** @returns the paths of what was packed of `@anywire` */
function packed(tarballs: string): string[] {
  const found = readdirSync(tarballs).filter((name) => /^anywire-[a-z].*\.tgz$/.test(name));
  if (found.length === 0) throw new Error("nothing of ours is packed");
  return found.map((name) => join(tarballs, name));
}
