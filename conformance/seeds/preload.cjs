/**
 * What a sample takes for granted, given to it before it starts. `SAMPLE` holds, as JSON:
 * names  { module that the sample requires: the folder from which it is resolved, and its name there }
 * ports  { fixed port: the port that it stands for }; those that are listened on are told to the parent
 * native the module whose WebSocket is the global one
 * beside the fixed port of an Express beside the sample
 * events { the module whose EventSource is the global one, the location of the page that it stands in }
 */

const Module = require("node:module");
const { Server, Socket } = require("node:net");

const { names = {}, ports = {}, native, beside, events } = JSON.parse(process.env.SAMPLE);

const resolveFilename = Module._resolveFilename;
Module._resolveFilename = function (request, ...rest) {
  const name = names[request];
  if (name === undefined) return resolveFilename.call(this, request, ...rest);
  return resolveFilename.call(this, name.is, undefined, false, { paths: [name.folder] });
};

const { listen } = Server.prototype;
Server.prototype.listen = function (first, ...rest) {
  const fixed = typeof first === "object" ? first.port : first;
  const callback = rest.findLast((value) => typeof value === "function");
  this.once("listening", () => process.send({ fixed, port: this.address().port }));
  return listen.call(this, 0, "127.0.0.1", callback);
};

const { connect } = Socket.prototype;
Socket.prototype.connect = function (first, ...rest) {
  const options = Array.isArray(first) ? first[0] : first;
  if (ports[options.port] !== undefined) options.port = ports[options.port];
  return connect.call(this, first, ...rest);
};

/** Prints what the tests look for, of events too. */
globalThis.clog = (...words) =>
  console.log(
    ...words.map((word) => (word?.type === undefined ? word : `${word.type} ${word.data ?? word.code ?? ""}`)),
  );

if (native !== undefined) {
  globalThis.window = globalThis;
  globalThis.WebSocket = require(native).WebSocket;
  globalThis.closeSocket = {};
  process.on("message", () => globalThis.closeSocket.onclick());
}

if (beside !== undefined) {
  const express = require("express");
  const app = express();
  app.get("/", (_request, response) => response.send("beside"));
  app.listen(beside);
}

if (events !== undefined) {
  globalThis.location = new URL(events.location);
  globalThis.EventSource = require(events.module).EventSource;
}
