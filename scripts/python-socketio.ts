/** A Python of this machine that has python3-socketio and what its asynchronous client needs. */

import { spawnSync } from "node:child_process";

/** Debian's own, behind one that comes first on PATH. */
const names = ["python3", "/usr/bin/python3"];

/** Said by a test that is skipped for want of it. */
export const noPythonSocketIo = "no python3-socketio found (Debian: python3-socketio, python3-aiohttp)";

/** @returns the command that has them */
export function findPythonSocketIo(): string | undefined {
  return names.find((name) => spawnSync(name, ["-c", "import socketio, aiohttp"], { stdio: "ignore" }).status === 0);
}
