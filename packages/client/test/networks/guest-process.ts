/** A process that visits servers with our client, one after another, and tells its parent what became of it. */

import { type LookupOptions, io as lookup } from "../../src/node.ts";

export interface Visit {
  readonly url: string;
  readonly options: LookupOptions;
  /** It goes home after so many ends or failures, or events. */
  readonly ends: number;
}

/** What the process says: of a visit, or that something was thrown which nobody caught. */
export type Report = { readonly diary: readonly string[]; readonly heap: number } | { readonly uncaught: string };

const report = (said: Report): unknown => process.send?.(said);

process.on("uncaughtException", (error) => report({ uncaught: error.stack ?? String(error) }));
process.on("unhandledRejection", (error) => report({ uncaught: String(error) }));
process.on("message", (visit: Visit) => go(visit));

function go({ url, options, ends }: Visit): void {
  const socket = lookup(url, { forceNew: true, reconnectionDelay: 1, reconnectionDelayMax: 4, ...options });
  const diary: string[] = [];
  let left = ends;
  const ended = (line: string): void => {
    diary.push(line);
    left -= 1;
    if (left !== 0) return;
    socket.off("disconnect"); // its own doing
    socket.io._close();
    setImmediate(() => report({ diary, heap: process.memoryUsage().heapUsed })); // what is thrown late comes first
  };
  socket.on("connect", () => diary.push("connect"));
  socket.on("connect_error", (error) => ended(`connect_error ${error.message}`));
  socket.on("disconnect", (reason) => ended(`disconnect ${reason}`));
  socket.on("sane", () => ended("sane"));
  socket.onAny(() => {}); // reads the arguments of whatever comes
  socket.emit("hello", () => {});
  socket.emit("bytes", new Uint8Array(3));
}
