/** A process of a round, asked over its channel. It ends with the round: nothing that one round warmed up helps the next. */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Question } from "./answering.ts";
import { Disqualified } from "./load/reply-checker.ts";
import type { Processor } from "./processors.ts";
import { Unavailable } from "./unavailable.ts";

export interface Program {
  readonly script: string;
  readonly argument: string;
  /** @default none */
  readonly nodeOptions?: readonly string[];
  readonly processor: Processor;
  /** Set, or cleared if undefined, beside our own. @default none */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** It is what is being measured: its end is its own fault. */
  readonly onTrial: boolean;
}

/** For one answer. What takes longer is stuck: the load gives up on silent servers well before. */
const patience = 120_000;
/** Time to end by itself (and to write a profile) before it is ended. */
const grace = 10_000;

export class Subprocess {
  private readonly child: ChildProcess;
  /** It is what is being measured. */
  readonly onTrial: boolean;
  private complaints = "";
  private waiting: { resolve: (answer: unknown) => void; reject: (error: Error) => void } | undefined;

  private constructor(child: ChildProcess, onTrial: boolean) {
    this.child = child;
    this.onTrial = onTrial;
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.complaints = (this.complaints + text).slice(-2_000);
    });
    child.on("message", (message) => this.settle(message));
    child.on("error", (error) => this.waiting?.reject(error));
    child.on("close", (code, signal) => this.waiting?.reject(this.ended(signal ?? `code ${code}`)));
  }

  /** What it wrote to stderr: the error, if there is one among it. */
  get complaint(): string {
    return /^\w*Error.*$/m.exec(this.complaints)?.[0] ?? this.complaints.trim();
  }

  /** @returns the process and what it said when it was ready */
  static async start(program: Program): Promise<[Subprocess, unknown]> {
    const { script, argument, nodeOptions = [], processor, onTrial } = program;
    const [command = "", ...rest] = [...processor.prefix, process.execPath, ...nodeOptions, script, argument];
    const env = { ...process.env, ...program.env };
    const started = new Subprocess(spawn(command, rest, { stdio: ["ignore", "ignore", "pipe", "ipc"], env }), onTrial);
    return [started, await started.ready()];
  }

  /** One question at a time. */
  ask(question: string, argument?: unknown): Promise<unknown> {
    const answer = this.next();
    if (this.child.connected) this.child.send({ question, argument } satisfies Question);
    else this.waiting?.reject(this.ended("already"));
    return answer;
  }

  async stop(): Promise<void> {
    const { pid, exitCode, signalCode } = this.child;
    if (pid === undefined || exitCode !== null || signalCode !== null) return;
    const exit = once(this.child, "exit");
    const deadline = setTimeout(() => this.child.kill("SIGKILL"), grace);
    if (this.child.connected) this.child.disconnect();
    await exit;
    clearTimeout(deadline);
  }

  /** One that is not, is not left behind. */
  private async ready(): Promise<unknown> {
    try {
      return await this.next();
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  private next(): Promise<unknown> {
    const answer = new Promise<unknown>((resolve, reject) => {
      this.waiting = { resolve, reject };
    });
    const deadline = setTimeout(() => this.waiting?.reject(this.failure("no answer from the process")), patience);
    return answer.finally(() => clearTimeout(deadline));
  }

  private ended(how: string): Error {
    return this.failure(`the process ended (${how}) ${this.complaint}`.trim());
  }

  private failure(text: string): Error {
    return this.onTrial ? new Disqualified(text) : new Error(text);
  }

  private settle(message: unknown): void {
    const waiting = this.waiting;
    this.waiting = undefined;
    if (typeof message !== "object" || message === null) waiting?.reject(new TypeError("not a reply"));
    else if ("answer" in message) waiting?.resolve(message.answer);
    else if ("refusal" in message && "name" in message)
      waiting?.reject(refusalOf(String(message.refusal), String(message.name)));
    else waiting?.reject(new TypeError("not a reply"));
  }
}

function refusalOf(text: string, name: string): Error {
  if (name === "Disqualified") return new Disqualified(text);
  return name === "Unavailable" ? new Unavailable(text) : new Error(text);
}
