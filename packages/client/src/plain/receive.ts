/** What a frame does to its socket (wires: "Envelope"). */

import { coded } from "./coded.ts";
import { formatFrame, parseFrame } from "./frame.ts";
import type { SocketParts } from "./plain-socket.ts";

export function receive(socket: SocketParts, data: unknown): void {
  const { event, id, ack, error, args } = parseFrame(data);
  const {
    link,
    url: { searchParams },
  } = socket;
  const control = Object(args[0]);
  const answer = (...values: unknown[]): void => link?.send(formatFrame({ ack, args: values })); // a later link owes nothing
  if (event === undefined) socket.waiting.get(ack)?.[1](error && coded(error.code, error.message), ...args);
  else if (event === "anywire:close") socket.end(control.reason, control.retry);
  else {
    if (id) searchParams.set("since", id);
    if (event === "anywire:open") {
      searchParams.set("session", control.session);
      Object.assign(socket, {
        id: control.socket,
        recovered: control.recovered,
        reason: control.reason,
        connected: true,
      });
      socket.resume(control.recovered);
      socket.tell("connect");
    } else socket.tell(event, ...args, ...(ack === undefined ? [] : [answer]));
  }
}
