/** The command: what it prints, how it refuses, and how it ends. */

import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { after, type TestContext, test } from "node:test";
import { WebSocket } from "ws";

const cli = join(import.meta.dirname, "../src/cli.ts");
const timeout = 60_000;

/** The command, from source, with a clean environment. */
function start(t: TestContext, args: readonly string[], env: Record<string, string> = {}) {
  const { PORT: _, HOST: __, ...clean } = process.env;
  const flags = ["--conditions=anywire-source", "--import", import.meta.resolve("tsx")];
  const child = spawn(process.execPath, [...flags, cli, ...args], { env: { ...clean, ...env }, stdio: "pipe" });
  t.after(() => child.kill("SIGKILL"));
  const printed = { out: "", error: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    printed.out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    printed.error += text;
  });
  return { child, printed };
}

/** @returns the exit code */
async function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null) await once(child, "close");
  return child.exitCode;
}

/** @returns the URL that it prints */
async function listening({ child, printed }: ReturnType<typeof start>): Promise<string> {
  while (!printed.out.includes("\n")) {
    await Promise.race([once(child.stdout ?? assert.fail(), "data"), once(child, "close")]);
    assert.equal(child.exitCode, null, printed.error);
  }
  return printed.out;
}

test("it prints one line, the URL, when it listens; it ends with 0 when it is asked to", { timeout }, async (t) => {
  const command = start(t, ["--port", "0"]);
  assert.match(await listening(command), /^http:\/\/localhost:[1-9]\d*\/\n$/);
  command.child.kill("SIGTERM");
  assert.equal(await ended(command.child), 0);
  assert.equal(command.printed.error, "");
  assert.equal(command.printed.out.split("\n").length, 2);
});

test("PORT and HOST are as good as the options; clients are sent away with 1012 on Ctrl-C", { timeout }, async (t) => {
  const command = start(t, [], { PORT: "0", HOST: "127.0.0.1" });
  const url = (await listening(command)).trim();
  assert.match(url, /^http:\/\/127\.0\.0\.1:\d+\/$/);
  const socket = new WebSocket(`${url.replace("http", "ws")}anywire?room=chat`);
  await once(socket, "open");
  command.child.kill("SIGINT");
  const [code] = await once(socket, "close");
  assert.equal(code, 1012);
  assert.equal(await ended(command.child), 0);
});

test("PORT and HOST that are set but empty mean the default", { timeout }, async (t) => {
  const host = start(t, ["--port", "0"], { PORT: "", HOST: "" });
  assert.match(await listening(host), /^http:\/\/localhost:\d+\/$/m);
  const port = start(t, ["--host", "192.0.2.1"], { PORT: "" }); // 3000 itself may be taken here
  assert.equal(await ended(port.child), 1);
  assert.match(port.printed.error, /192\.0\.2\.1.* is no address of this machine/);
});

test("a port that is taken is one clear line and exit code 1", { timeout }, async (t) => {
  const other = createServer().listen(0, "127.0.0.1");
  after(() => other.close());
  await once(other, "listening");
  const address = other.address();
  assert.ok(typeof address === "object" && address !== null);
  const { child, printed } = start(t, ["--port", String(address.port)]);
  assert.equal(await ended(child), 1);
  const line = `anywire: localhost:${address.port} is taken: choose another port with --port or PORT\n`;
  assert.deepEqual(printed, { out: "", error: line });
});

const refused: readonly [name: string, args: string[], env: Record<string, string>, line: RegExp][] = [
  ["a junk port", ["--port", "x"], {}, /"x" is not a port: give a whole number from 0 to 65535/],
  ["a port beyond the last", ["-p", "65536"], {}, /65536 is not a port/],
  ["a junk PORT", [], { PORT: "junk" }, /from env 'PORT' is invalid. "junk" is not a port/],
  ["an empty --port", ["--port", ""], {}, /"" is not a port/],
  ["an empty --host", ["--host", ""], {}, /"" is not a host/],
  ["an address of another machine", ["--host", "192.0.2.1", "--port", "0"], {}, /is no address of this machine/],
  ["an unknown option", ["--prot", "1"], {}, /unknown option '--prot'/],
  ["an argument too many", ["3000"], {}, /too many arguments/],
];

for (const [name, args, env, line] of refused) {
  test(`${name} is a clear error and exit code 1`, { timeout }, async (t) => {
    const { child, printed } = start(t, args, env);
    assert.equal(await ended(child), 1);
    assert.match(printed.error, line);
    assert.doesNotMatch(printed.error, / at .*:\d+/); // no stack
    assert.equal(printed.out, "");
  });
}

test("--help and --version say what they should and end with 0", { timeout }, async (t) => {
  const help = start(t, ["--help"]);
  assert.equal(await ended(help.child), 0);
  for (const word of ["--port", "--host", "PORT", "HOST", "3000", "localhost"])
    assert.ok(help.printed.out.includes(word));
  const version = start(t, ["--version"]);
  assert.equal(await ended(version.child), 0);
  assert.match(version.printed.out, /^\d+\.\d+\.\d+\n$/);
});
