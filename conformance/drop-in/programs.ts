/** The programs that ours are put into in the place of `ws`, `eventsource`, `socket.io` and `socket.io-client`, each at the version that was tried. */

export const programs = {
  "engine.io": "6.6.12",
  "engine.io-client": "6.6.8",
  "socket.io": "4.8.4",
  "socket.io-client": "4.8.4",
  "graphql-ws": "6.4.2",
  graphql: "16.15.0",
  yjs: "13.6.33",
  "y-websocket": "3.1.0",
  /** The last with a server of its own. */
  "y-websocket-server": "npm:y-websocket@2.1.0",
  jsdom: "27.4.0",
  mqtt: "5.16.0",
  aedes: "1.2.0",
  "http-proxy": "1.18.1",
  vite: "8.3.8",
  "playwright-core": "1.65.1",
  "@modelcontextprotocol/sdk": "1.32.2",
  "@sanity/client": "8.15.0",
  "@stellar/stellar-sdk": "17.2.0",
  "@microsoft/signalr": "10.0.11",
  pocketbase: "0.28.1",
  "@feathersjs/feathers": "5.0.50",
  "@feathersjs/socketio": "5.0.50",
  "@feathersjs/socketio-client": "5.0.50",
  "@nestjs/common": "12.5.1",
  "@nestjs/core": "12.5.1",
  "@nestjs/platform-express": "12.5.1",
  "@nestjs/platform-socket.io": "12.1.1",
  "@nestjs/websockets": "12.1.1",
  "reflect-metadata": "0.2.2",
  rxjs: "7.8.2",
  "browser-sync": "3.0.4",
  karma: "6.4.4",
  "karma-chrome-launcher": "3.2.0",
} as const;

export type ProgramName = keyof typeof programs;

/** What stands beside the WebSocket server on its HTTP server. */
export const besides = { "Express 4": "express@4.22.3", "Express 5": "express@5.3.0" } as const;
