/** The programs of one page of a package's `docs/`, as they stand there, each in a process of its own. */

import assert from "node:assert/strict";
import { readFileSync, rmSync } from "node:fs";
import { basename } from "node:path";
import { type TestContext, test } from "node:test";
import { pathToFileURL } from "node:url";
import { type CodeBlock, codeBlocks } from "./code-blocks.ts";
import { startExample, writeExample } from "./example.ts";
import { Transcript } from "./transcript.ts";

/** Each program has a file of its own, since the same may run twice at once. */
let started = 0;

export class RecipePage {
  private readonly name: string;
  private readonly blocks: readonly CodeBlock[];

  /**
   * @param path of the page
   * @param titles of all programs on it: none is left untested
   */
  constructor(path: string, titles: readonly string[]) {
    this.name = basename(path, ".md");
    this.blocks = codeBlocks(readFileSync(path, "utf8"));
    const programs = this.blocks.filter(({ language }) => language === "js" || language === "ts");
    test(`the tests of ${this.name}.md know its programs`, () =>
      assert.deepEqual(
        programs.map(({ title }) => title),
        titles,
      ));
  }

  /** Starts a server of the page, and says where it listens. */
  async serve(t: TestContext, title: string, changes: Readonly<Record<string, string>> = {}): Promise<string> {
    const printed = this.run(t, title, changes);
    const port = /listening on port (\d+)/.exec(await printed.until(/listening on port \d+|ended/))?.[1];
    assert.ok(port, printed.toString());
    return `127.0.0.1:${port}`;
  }

  /** @param changes replaces what fits no test: a port, a minute to wait */
  run(t: TestContext, title: string, changes: Readonly<Record<string, string>>): Transcript {
    const block = this.block(title);
    const text = Object.entries(changes).reduce((all, [from, to]) => {
      assert.ok(all.includes(from), `${title} has no ${from}`);
      return all.replaceAll(from, to);
    }, block.text);
    const child = startExample(this.fileName(title), { ...block, text });
    t.after(() => {
      child.kill();
      rmSync(child.spawnargs.at(-1) ?? "", { force: true });
    });
    const printed = new Transcript();
    child.stdout?.on("data", printed.add);
    child.stderr?.on("data", printed.add);
    child.once("exit", () => printed.add("ended"));
    return printed;
  }

  /** What a program exports that is a module of somebody else's program. */
  import(t: TestContext, title: string): Promise<Record<string, unknown>> {
    const file = writeExample(this.fileName(title), this.block(title));
    t.after(() => rmSync(file));
    return import(pathToFileURL(file).href);
  }

  private fileName(title: string): string {
    return `${this.name}-${title}-${process.pid}-${++started}`;
  }

  /** The block of that title, of whatever language. */
  block(title: string): CodeBlock {
    const block = this.blocks.find((each) => each.title === title);
    assert.ok(block, `${this.name}.md has no block ${title}`);
    return block;
  }
}
