/** The README's commands and its Node client, as they stand there, against a running server. */

import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { codeBlocks } from "../../../scripts/test/readme/code-blocks.ts";
import { createApp } from "../src/index.ts";

const folder = join(import.meta.dirname, "..");
const blocks = codeBlocks(readFileSync(join(folder, "README.md"), "utf8"));
const skip = spawnSync("curl", ["--version"]).status === 0 ? false : "no curl found on PATH";
const timeout = 60_000;

/** A program that runs, and what it has printed. */
class Terminal {
  text = "";
  private readonly child: ChildProcess;

  constructor(t: TestContext, command: string, args: readonly string[]) {
    this.child = spawn(command, args, { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
    this.child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      this.text += text;
    });
    t.after(() => this.child.kill());
  }

  async until(wanted: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = wanted.exec(this.text);
      if (found !== null) return found;
      await Promise.race([once(this.child.stdout ?? assert.fail(), "data"), once(this.child, "exit")]);
      if (this.child.exitCode !== null && !wanted.test(this.text)) assert.fail(`it ended, and printed: ${this.text}`);
    }
  }

  /** Ends it as a network that breaks. */
  async kill(): Promise<void> {
    this.child.kill("SIGKILL");
    await once(this.child, "exit");
  }
}

/** A server without a ticker, and the README's blocks with its address. */
async function open(t: TestContext): Promise<(title: string, values?: Record<string, string>) => string> {
  const world = { random: Math.random, now: Date.now, every: () => () => {} };
  const app = createApp({ port: 0, host: "127.0.0.1", world });
  const url = await app.listen();
  t.after(() => app.close());
  return (title, values = {}) => {
    const block = blocks.find((each) => each.title === title);
    assert.ok(block !== undefined, `the README has no block ${title}`);
    const text = block.text.trim().replaceAll("localhost:3000", new URL(url).host);
    return Object.entries(values).reduce((filled, [name, value]) => filled.replace(name, value), text);
  };
}

const shell = (t: TestContext, command: string): Terminal => new Terminal(t, "sh", ["-c", `exec ${command} -sS`]);

async function listen(t: TestContext, command: string): Promise<{ terminal: Terminal; session: string }> {
  const terminal = shell(t, command);
  const [, session = ""] = await terminal.until(/"session":"([^"]+)"/);
  return { terminal, session };
}

test("curl -N hears what curl says with a POST, as a form or as JSON", { timeout, skip }, async (t) => {
  const command = await open(t);
  const { terminal, session } = await listen(t, command("listen"));
  shell(t, command("form", { SESSION: session }));
  await terminal.until(/event: chat\nid: \S+\ndata: "hi"\n\n/);
  const json = shell(t, command("json", { SESSION: session }));
  await json.until(/^\{"ack":1,"data":"ok"\}/);
  await terminal.until(/(?:event: chat\nid: \S+\ndata: "hi"\n\n[\s\S]*){2}/);
});

test("curl that comes back with the last id it has hears what it missed", { timeout, skip }, async (t) => {
  const command = await open(t);
  const { terminal, session } = await listen(t, command("listen"));
  shell(t, command("json", { SESSION: session, '"hi"': '"heard"' }));
  const [, id = ""] = await terminal.until(/id: (\S+)\ndata: "heard"/);
  const speaker = await listen(t, command("listen"));
  await terminal.kill();
  for (const text of ["one", "two", "three"]) {
    await shell(t, command("json", { SESSION: speaker.session, '"hi"': `"${text}"` })).until(/"ok"/);
  }
  const { terminal: again } = await listen(t, command("resume", { LAST_ID: id }));
  await again.until(/caught-up/);
  const said = [...again.text.matchAll(/event: chat\nid: \S+\ndata: "(\w+)"/g)].map(([, text]) => text);
  assert.deepEqual(said, ["one", "two", "three"]);
});

test("the Node client of ten lines, with npm's ws, speaks to and hears the others", { timeout, skip }, async (t) => {
  const command = await open(t);
  const program = command("client.mjs");
  assert.ok(program.split("\n").length <= 10);
  const { terminal, session } = await listen(t, command("listen"));
  const node = new Terminal(t, process.execPath, ["--input-type=module", "--eval", program]);
  await node.until(/hi from Node\n/);
  await node.until(/acked ok\n/);
  await terminal.until(/data: "hi from Node"/);
  shell(t, command("form", { SESSION: session }));
  await node.until(/^hi$/m);
});

test("the Socket.IO client of the README, npm's own, speaks to and hears the others", { timeout, skip }, async (t) => {
  const command = await open(t);
  const { terminal, session } = await listen(t, command("listen"));
  const node = new Terminal(t, process.execPath, ["--input-type=module", "--eval", command("socket-io.mjs")]);
  await node.until(/hi from Socket\.IO\n/);
  await node.until(/acked ok\n/);
  await terminal.until(/data: "hi from Socket\.IO"/);
  shell(t, command("form", { SESSION: session }));
  await node.until(/^hi$/m);
});
