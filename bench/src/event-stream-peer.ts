/** What servers of event streams under test share: a GET opens a stream, and the lines of a POST go to all of them, in one tick. */

import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { publishPath } from "./load/publisher.ts";
import type { Role } from "./peer-server.ts";

/** Opens an event stream that gets what is published from now on. */
export type Subscribe = (request: IncomingMessage, response: ServerResponse) => unknown;
/** Sends a text to all streams. */
export type Broadcast = (text: string) => unknown;

export function eventStreamRole(subscribe: Subscribe, broadcast: Broadcast): Role {
  return (http) => {
    answerPublisher(http, broadcast);
    http.on("request", (request, response) => {
      if (request.url === "/") subscribe(request, response);
    });
    return "/";
  };
}

/** It is answered first, so that nothing of it is left to do when the last stream has the last event. */
export function answerPublisher(http: Server, broadcast: Broadcast): void {
  http.on("request", (request, response) => {
    if (request.url !== publishPath) return;
    let body = "";
    request.setEncoding("latin1").on("data", (text: string) => {
      body += text;
    });
    request.on("end", () => {
      response.writeHead(204).end();
      if (body !== "") for (const line of body.split("\n")) broadcast(line);
    });
  });
}
