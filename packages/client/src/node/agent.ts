/** The connections of one session: polls follow each other on the same one. */

import { Agent } from "node:http";
import { Agent as SecureAgent } from "node:https";

/**
 * How long a connection waits for its next request, in milliseconds. Less than any server does (gunicorn: 2 s, Node.js: 5 s),
 * lest a request meet the server's hanging up.
 */
const idleTime = 1_000;

export function createAgent(secure: boolean): Agent {
  return new (secure ? SecureAgent : Agent)({ keepAlive: true, timeout: idleTime });
}
