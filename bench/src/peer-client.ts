/** What the process of every client under test shares: it connects as often as it is told, and says what it uses. */

import { answerQuestions } from "./answering.ts";
import { readConnecting } from "./assignment.ts";
import { measuredAnswers } from "./measured-process.ts";

/** Opens one connection on which every message is sent back. Settles when it is open. */
export type ConnectEcho = (address: string) => Promise<unknown>;

export function runClients(connect: ConnectEcho): void {
  const connectAll = async (argument: unknown): Promise<void> => {
    const { connections, target } = readConnecting(argument);
    for (let n = 0; n < connections; n++) await connect(`ws://127.0.0.1:${target.port}${target.path}`);
  };
  answerQuestions({ ...measuredAnswers, connect: connectAll }, "ready");
}
