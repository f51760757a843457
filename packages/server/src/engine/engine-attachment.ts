/** Where an Engine.IO server is on an HTTP server: its path, and what becomes of upgrades that are nobody's. */

import type { StrayUpgrades } from "../http-routes.ts";

export interface AttachOptions extends StrayUpgrades {
  /** @default that of the server, "/engine.io" */
  path?: string | undefined;
  /** @default true */
  addTrailingSlash?: boolean | undefined;
}

/** What a path begins with that is the server's. */
export function prefixOf({ path, addTrailingSlash }: AttachOptions): string {
  const plain = (path || "/engine.io").replace(/\/$/, "");
  return addTrailingSlash === false ? plain : `${plain}/`;
}
