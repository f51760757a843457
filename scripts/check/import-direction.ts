/** Imports go down only: between packages by their floors, inside a package by its folders. */

import { posix } from "node:path";
import { type Finding, isLibrarySource, type Rule, type SourceFile } from "./source-tree.ts";

/** What each package may import of the others. */
const below: Readonly<Record<string, readonly string[]>> = {
  protocol: [],
  websocket: [],
  eventsource: [],
  server: ["protocol", "websocket", "eventsource"],
  client: ["protocol", "websocket"],
  cluster: ["server"],
  anywire: ["protocol", "websocket", "eventsource", "server", "client", "cluster"],
};

const folderFloors: Readonly<Record<string, number>> = { protocol: 0, node: 1, web: 1 };
const topFloor = 2;

/** Folders of public classes, where a package has a second API. */
const publicFolders: ReadonlySet<string> = new Set(["websocket/web"]);

const specifier = /(?:\bfrom|\bimport)\s*\(?\s*"([^"]+)"/g;

export const importDirection: Rule = (file) => {
  if (!isLibrarySource(file.path)) return [];
  return [...file.text.matchAll(specifier)].flatMap((match) => {
    const line = file.text.slice(0, match.index).split("\n").length;
    const message = fault(file, match[1] ?? "");
    return message === undefined ? [] : [{ path: file.path, line, message } satisfies Finding];
  });
};

function fault({ path }: SourceFile, imported: string): string | undefined {
  const [, owner = ""] = path.split("/");
  const other = imported === "anywire" ? imported : imported.match(/^@anywire\/([^/]+)/)?.[1];
  if (other !== undefined) {
    return below[owner]?.includes(other) ? undefined : `${owner} imports ${imported}, which is not below it`;
  }
  if (!imported.startsWith(".")) return undefined;
  const target = posix.join(posix.dirname(path), imported);
  if (!target.startsWith(`packages/${owner}/src/`)) return `${imported} is outside the package: import it by its name`;
  return floorOf(target) > floorOf(path) ? `upward import of ${imported}` : undefined;
}

function floorOf(path: string): number {
  const [, owner, , folder = ""] = path.split("/");
  if (owner === "protocol") return 0;
  return publicFolders.has(`${owner}/${folder}`) ? topFloor : (folderFloors[folder] ?? topFloor);
}
