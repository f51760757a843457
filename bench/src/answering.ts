/** A child process's side of the talk with the process that started it: each question has its answer. */

import { Unavailable } from "./unavailable.ts";

export type Answers = Readonly<Record<string, (argument: unknown) => unknown>>;

/** What goes over the channel. */
export interface Question {
  readonly question: string;
  readonly argument: unknown;
}
export type Reply = { readonly answer: unknown } | { readonly refusal: string; readonly name: string };

/** Answers until the other end goes away, and then ends the process, so that none is left behind. `ready` is said first. */
export function answerQuestions(answers: Answers, ready: unknown): void {
  process.on("message", (message: unknown) => void reply(answers, message).then((value) => process.send?.(value)));
  process.on("disconnect", () => process.exit(0));
  process.send?.({ answer: ready } satisfies Reply);
}

/** Runs `start`, which is to answer; if this machine lacks something for it, that is said instead of `ready`. */
export function startIfAvailable(start: () => void): void {
  try {
    start();
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    process.on("disconnect", () => process.exit(0));
    process.send?.(refusalOf(error));
  }
}

async function reply(answers: Answers, message: unknown): Promise<Reply> {
  try {
    const { question, argument } = readQuestion(message);
    const answer = Object.hasOwn(answers, question) ? answers[question] : undefined;
    if (answer === undefined) throw new Error(`no answer to ${question}`);
    return { answer: (await answer(argument)) ?? null }; // `undefined` would be lost on the way
  } catch (error) {
    return refusalOf(error instanceof Error ? error : new Error(String(error)));
  }
}

function refusalOf({ message, name }: Error): Reply {
  return { refusal: message, name };
}

function readQuestion(message: unknown): Question {
  if (typeof message !== "object" || message === null) throw new TypeError("not a question");
  if (!("question" in message) || typeof message.question !== "string") throw new TypeError("not a question");
  return { question: message.question, argument: "argument" in message ? message.argument : undefined };
}
