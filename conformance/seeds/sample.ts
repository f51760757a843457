/** A sample that runs in a process of its own, and what it prints. */

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

export const samples: string = join(import.meta.dirname, "../../examples/seeds");

/** A package that a sample requires: where it is, and its name there. */
export interface Name {
  readonly folder: string;
  readonly is: string;
}

/** See preload.cjs. */
export interface Given {
  readonly names?: Readonly<Record<string, Name>>;
  readonly ports?: Readonly<Record<number, number>>;
  readonly native?: string;
  readonly beside?: number;
  readonly events?: { readonly module: string; readonly location: string };
}

export class Sample {
  private readonly child: ChildProcess;
  private readonly exited: Promise<unknown>;
  private readonly ports = new Map<number, number>();
  private printed = "";
  private ended = false;
  /** Called at everything that may be waited for. */
  private readonly watchers = new Set<() => void>();

  /**
   * @param file of the samples, or the path of a copy
   * @param folder in which it runs
   */
  constructor(file: string, folder: string, given: Given) {
    this.child = fork(resolve(samples, file), {
      cwd: folder,
      execArgv: ["--require", join(import.meta.dirname, "preload.cjs")],
      env: { ...process.env, SAMPLE: JSON.stringify(given) },
      silent: true,
    });
    this.exited = once(this.child, "close");
    for (const output of [this.child.stdout, this.child.stderr])
      if (output !== null) createInterface(output).on("line", (line) => this.see(() => (this.printed += `${line}\n`)));
    this.child.on("message", (heard: { fixed: number; port: number }) =>
      this.see(() => this.ports.set(heard.fixed, heard.port)),
    );
    this.child.on("close", () => this.see(() => (this.ended = true)));
  }

  /** @returns the port that `fixed` of the sample stands for, once it listens */
  port(fixed: number): Promise<number> {
    return this.until(() => this.ports.get(fixed));
  }

  get lines(): readonly string[] {
    return this.printed.split("\n").slice(0, -1);
  }

  /** @returns once the sample has printed it so often */
  async prints(text: string, times = 1): Promise<void> {
    await this.until(() => (this.printed.split(text).length > times ? true : undefined)).catch((error: Error) => {
      throw new Error(`${text} was not printed: ${error.message}`);
    });
  }

  /** Presses the button `closeSocket` of a sample that was given one. */
  press(): void {
    this.child.send("closeSocket");
  }

  async end(): Promise<void> {
    this.child.kill();
    await this.exited;
  }

  private see(happened: () => void): void {
    happened();
    for (const watcher of this.watchers) watcher();
  }

  /** @returns what `find` finds, asked whenever something happened; fails when the sample has ended without it */
  private until<T>(find: () => T | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const found = find();
        if (found === undefined && !this.ended) return;
        this.watchers.delete(look);
        if (found === undefined) reject(new Error(`the sample ended:\n${this.printed}`));
        else resolve(found);
      };
      this.watchers.add(look);
      look();
    });
  }
}
