/** Installs through apt what the tests need and this machine lacks, and says in one line what will be skipped when it cannot. */

import { spawnSync } from "node:child_process";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { findChromium } from "./chromium.ts";
import { findNginx } from "./nginx.ts";
import { findPythonSocketIo } from "./python-socketio.ts";
import { findRedis } from "./redis.ts";

/** A program that some tests need. */
interface Tool {
  readonly name: string;
  /** Its packages in Debian and Ubuntu. */
  readonly apt: string;
  /** What is skipped without it. */
  readonly tests: string;
  found(): boolean;
}

const tools: readonly Tool[] = [
  { name: "curl", apt: "curl", tests: "the example with curl", found: () => succeeds("curl", ["--version"]) },
  { name: "Chromium", apt: "chromium", tests: "the browser tests", found: () => findChromium() !== undefined },
  { name: "nginx", apt: "nginx", tests: "the tests behind a proxy", found: () => findNginx() !== undefined },
  { name: "Redis", apt: "redis-server", tests: "the tests of several nodes", found: () => findRedis() !== undefined },
  {
    name: "python3-socketio",
    apt: "python3-socketio python3-aiohttp",
    tests: "the tests with a client in Python",
    found: () => findPythonSocketIo() !== undefined,
  },
];

/** Debian starts a service as soon as it is installed, unless this program says no: "action forbidden by policy". */
const policy = "/usr/sbin/policy-rc.d";
const forbidden = "#!/bin/sh\nexit 101\n";

const mayInstall = process.getuid?.() === 0 && succeeds("apt-get", ["--version"]);

function install(tool: Tool): boolean {
  console.log(`Installing ${tool.name} (apt-get install ${tool.apt}) …`);
  const attempt = (): boolean =>
    succeeds("apt-get", ["install", "--yes", "--no-install-recommends", ...tool.apt.split(" ")]);
  return withoutServices(() => attempt() || (succeeds("apt-get", ["update"]) && attempt())) && tool.found();
}

/** What is installed meanwhile is not started. */
function withoutServices(act: () => boolean): boolean {
  if (existsSync(policy)) return act(); // the machine's own, as in most containers
  writeFileSync(policy, forbidden, { mode: 0o755 });
  try {
    return act();
  } finally {
    rmSync(policy);
  }
}

function succeeds(command: string, parameters: readonly string[]): boolean {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  return spawnSync(command, parameters, { env, stdio: "ignore" }).status === 0;
}

function skipped({ name, apt, tests }: Tool): string {
  const why = mayInstall
    ? `apt-get could not install ${apt}`
    : `install it (apt-get install ${apt}) or run this as root`;
  return `${name} is missing, so ${tests} are skipped: ${why}.`;
}

const missing = tools.filter((tool) => !tool.found() && !(mayInstall && install(tool)));
for (const tool of missing) console.error(skipped(tool));
if (missing.length > 0 && process.env.CI === "true") {
  console.error("In CI nothing is skipped.");
  process.exitCode = 1;
}
