import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";

const module = new URL("../src/buffer-util.ts", import.meta.url).href;

/** In a process of its own: `ws` decides when it is loaded. */
function check(env: NodeJS.ProcessEnv, load: string): string {
  const program = `
    ${load}
    const { checkBufferUtil } = await import(${JSON.stringify(module)});
    try { checkBufferUtil(); console.log("fine") } catch (error) { console.log(error.name) }`;
  const argv = ["--import", "tsx", "--input-type=module", "--eval", program];
  const { WS_NO_BUFFER_UTIL: _, ...clean } = process.env;
  return execFileSync(process.execPath, argv, {
    encoding: "utf8",
    env: { ...clean, ...env },
    cwd: import.meta.dirname,
  }).trim();
}

const cases: [name: string, env: NodeJS.ProcessEnv, load: string, expected: string][] = [
  ["ws without its native part is what was asked for", { WS_NO_BUFFER_UTIL: "1" }, 'await import("ws");', "fine"],
  [
    "a native part that is loaded all the same is an error",
    { WS_NO_BUFFER_UTIL: "1" },
    'await import("bufferutil");',
    "Error",
  ],
  ["a native part that is wanted and not there is unavailable", {}, "", "Unavailable"],
];
for (const [name, env, load, expected] of cases) {
  test(name, () => assert.equal(check(env, load), expected));
}
