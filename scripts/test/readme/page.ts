/** Runs a browser's example as its page would, on clients that we did not write. */

import { createContext, runInContext } from "node:vm";
import { EventSource } from "eventsource";
import { io } from "socket.io-client";
import { WebSocket } from "ws";

export class Page {
  private readonly open: { close(): void }[] = [];

  /** @param log told of each line on the console */
  constructor(text: string, log: (line: string) => void) {
    const { open } = this;
    const globals = {
      WebSocket: class extends WebSocket {
        constructor(url: string) {
          super(url);
          open.push(this);
        }
      },
      EventSource: class extends EventSource {
        constructor(url: string) {
          super(url);
          open.push(this);
        }
      },
      io: (url: string, options: Parameters<typeof io>[1] = {}) => {
        const socket = io(url, { ...options, forceNew: true });
        open.push(socket);
        return socket;
      },
      console: { log },
      fetch,
    };
    runInContext(text, createContext(globals));
  }

  close(): void {
    for (const each of this.open) each.close();
  }
}
