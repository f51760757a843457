/** Frameworks whose realtime side is socket.io, on @anywire/server. */

import { dropInFor, reaches, scenario } from "./drop-in.ts";

const app = dropInFor("socket.io", [
  "@feathersjs/feathers",
  "@feathersjs/socketio",
  "@feathersjs/socketio-client",
  "@nestjs/common",
  "@nestjs/core",
  "@nestjs/platform-express",
  "@nestjs/platform-socket.io",
  "@nestjs/websockets",
  "reflect-metadata",
  "rxjs",
  "socket.io-client",
]);

reaches(app, ["@feathersjs/socketio", "@nestjs/platform-socket.io"]);
scenario(app, "the services of Feathers answer, and tell of what was created", { file: "feathers.mjs" });
scenario(app, "a gateway of NestJS answers, streams, refuses, and closes with its application", { file: "nest.mjs" });
