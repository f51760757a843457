/** What the process of every client of Socket.IO under test shares: it connects as often as it is told, does its task, and says what it uses. */

import { answerQuestions } from "./answering.ts";
import { readConnecting } from "./assignment.ts";
import { type CallerSocket, callerTasks, type Work } from "./caller-tasks.ts";
import type { Exchanged } from "./measure.ts";
import { measuredAnswers } from "./measured-process.ts";
import { chosenRole } from "./peer-server.ts";

/** Each socket has a connection of its own. */
export type ConnectCaller = (
  address: string,
  options: { transports: string[]; forceNew: boolean; reconnection: boolean },
) => CallerSocket;

/** Does the task that the process was started for. */
export function runCallers(connect: ConnectCaller): void {
  const { transport, createWork } = chosenRole(callerTasks);
  let work: Work | undefined;
  const connectAll = async (argument: unknown): Promise<void> => {
    const { connections, target } = readConnecting(argument);
    const options = { transports: [transport], forceNew: true, reconnection: false };
    const sockets: CallerSocket[] = [];
    for (let n = 0; n < connections; n++)
      sockets.push(await connected(connect(`http://127.0.0.1:${target.port}`, options)));
    work = createWork(sockets);
  };
  const exchange = async (argument: unknown): Promise<Exchanged> => {
    if (work === undefined || typeof argument !== "number") throw new TypeError("a count, once connected");
    return { messages: await work.exchange(argument), p50: undefined, p99: undefined, loadShare: undefined };
  };
  answerQuestions({ ...measuredAnswers, connect: connectAll, exchange }, "ready");
}

function connected(socket: CallerSocket): Promise<CallerSocket> {
  return new Promise((resolve, reject) => {
    socket.on("connect", () => resolve(socket));
    socket.on("connect_error", reject);
  });
}
