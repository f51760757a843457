/** What bundles for browsers get in place of the package: they build, and whoever uses it there is told what to use. */

function refuse(): never {
  throw new Error("@anywire/websocket does not work in browsers: use their own WebSocket");
}

export class WebSocket {
  constructor() {
    refuse();
  }
}

export class WebSocketServer {
  constructor() {
    refuse();
  }
}

export const createWebSocketStream: () => never = refuse;

export { WebSocketServer as Server };
export default WebSocket;
