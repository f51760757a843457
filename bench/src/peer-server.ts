/** What the process of every server under test shares: it listens, and says what it uses. */

import { createServer, type Server } from "node:http";
import { answerQuestions } from "./answering.ts";
import type { Target } from "./load/opening.ts";
import { measuredAnswers } from "./measured-process.ts";

/** Puts one kind of work on an HTTP server. @returns the path that clients ask for */
export type Role = (http: Server) => string;

/** Serves the role that the process was started for. */
export function servePeer(roles: ReadonlyMap<string, Role>): void {
  const role = chosenRole(roles);
  const http = createServer();
  const path = role(http);
  http.listen(0, "127.0.0.1", () => {
    const address = http.address();
    if (address === null || typeof address === "string") throw new Error("not listening on a port");
    answerAt({ port: address.port, path });
  });
}

/** For a server that brings its own way to listen. */
export function answerAt(target: Target): void {
  answerQuestions(measuredAnswers, target);
}

export function chosenRole<Kind>(roles: ReadonlyMap<string, Kind>): Kind {
  const name = process.argv[2] ?? "";
  const role = roles.get(name);
  if (role === undefined) throw new Error(`this peer has no role ${name}`);
  return role;
}
