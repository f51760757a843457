/** Brings a connection in: opens it, and says what has to be said first. */

import { Connection } from "./connection.ts";
import type { Greeting } from "./entry.ts";
import type { Opening, Target } from "./opening.ts";

/**
 * @returns the connection, ready for messages
 * @throws {Disqualified} if the server does not let it in
 */
export function enter(target: Target, opening: Opening, greeting: Greeting | undefined): Promise<Connection> {
  if (greeting === undefined) return Connection.open(target, opening);
  return new Promise((resolve, reject) => {
    const received = (bytes: Uint8Array): void => {
      const answer = greeting.take(bytes);
      if (answer !== undefined) void opened.then((connection) => connection.send(answer));
      if (greeting.isOver) resolve(opened);
    };
    const lost = (error: unknown): void => {
      reject(error);
      opened.then((connection) => connection.close()).catch(() => {}); // nobody was given it
    };
    const opened = Connection.open(target, opening, { received, lost });
    opened.catch(reject);
  });
}
