/** The playground page: the root that knows the browser, and gives it to the rest. */

import { Board } from "./board.ts";
import { Commands } from "./commands.ts";
import { find } from "./element.ts";
import { type ConnectLone, LoneClient } from "./lone-client.ts";
import { LoneClientView } from "./lone-client-view.ts";
import { PermittedConnection, StreamPermits } from "./stream-permits.ts";
import {
  type Connect,
  type Connection,
  type ConnectionHandler,
  type Kind,
  kinds,
  type Platform,
} from "./wires/connection.ts";
import { EventSourceConnection } from "./wires/event-source.ts";
import { PollConnection } from "./wires/poll.ts";
import { type Library, SocketIoConnection } from "./wires/socket-io.ts";
import { WebSocketConnection } from "./wires/websocket.ts";

/** Of the script that the server serves at /socket.io/socket.io.js: `@anywire/client`. */
declare const io: Library & { readonly connect: ConnectLone };

const platform: Platform = {
  endpoint: new URL("/anywire", location.origin),
  WebSocket,
  EventSource,
  fetch: (...request) => fetch(...request),
  io: (...request) => io(...request),
};

/** Milliseconds between two looks at what other tabs hold. */
const watchInterval = 500;

const permits = new StreamPermits(navigator.locks);

/** Streams and polls need a permit; WebSockets do not count. */
function permitted(handler: ConnectionHandler, open: () => Connection): Connection {
  return new PermittedConnection(permits, handler, open);
}

const connect: Readonly<Record<Kind, Connect>> = {
  "socket.io": (ticket, handler) => new SocketIoConnection(platform, ticket, handler),
  websocket: (ticket, handler) => new WebSocketConnection(platform, ticket, handler),
  eventsource: (ticket, handler) => permitted(handler, () => new EventSourceConnection(platform, ticket, handler)),
  poll: (ticket, handler) => permitted(handler, () => new PollConnection(platform, ticket, handler)),
};

const commands = new Commands(document, platform.endpoint);
const board = new Board(
  {
    connect,
    templates: {
      panel: find(document, "#panel", HTMLTemplateElement),
      stock: find(document, "#stock", HTMLTemplateElement),
    },
    later: (ms, callback) => {
      const timer = setTimeout(callback, ms);
      return () => clearTimeout(timer);
    },
    changed: (panels) => commands.show(panels),
  },
  document,
);

for (const kind of kinds) board.add(kind);

const view = new LoneClientView(find(document, ".lone", HTMLElement));
view.obey(new LoneClient((...request) => io.connect(...request), location.origin, view));

/** Locks have no event that says when another tab takes or gives one. */
async function watchOthers(): Promise<void> {
  board.othersHold(await permits.heldByOthers());
  setTimeout(() => void watchOthers(), watchInterval);
}

void watchOthers();
