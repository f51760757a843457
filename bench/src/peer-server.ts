/** What the process of every server under test shares: it listens, and says what it uses. */

import { createServer, type Server } from "node:http";
import { answerQuestions } from "./answering.ts";
import { startProfile, writeProfile } from "./cpu-profile.ts";
import { collectGarbage } from "./garbage.ts";
import type { Target } from "./load/opening.ts";
import type { Usage } from "./measure.ts";

/** Puts one kind of work on an HTTP server. @returns the path that clients ask for */
export type Role = (http: Server) => string;

/** Serves the role that the process was started for. */
export function servePeer(roles: ReadonlyMap<string, Role>): void {
  const name = process.argv[2] ?? "";
  const role = roles.get(name);
  if (role === undefined) throw new Error(`this peer has no role ${name}`);
  const http = createServer();
  const path = role(http);
  http.listen(0, "127.0.0.1", () => {
    const address = http.address();
    if (address === null || typeof address === "string") throw new Error("not listening on a port");
    answerQuestions({ usage, settledUsage, startProfile, writeProfile }, { port: address.port, path } satisfies Target);
  });
}

function usage(): Usage {
  const { user, system } = process.cpuUsage();
  return { user, system, rss: process.memoryUsage.rss() };
}

/** Twice, with a turn of the loop between: what the first collection lets go, the second one finds. */
async function settledUsage(): Promise<Usage> {
  await collectGarbage();
  await new Promise((resolve) => setImmediate(resolve));
  await collectGarbage();
  return usage();
}
