/** The event stream of the notes (../seeds/event-stream-server.js), with a session: its client sees the same. */

const { resolve } = require("node:path");
const express = require("express");
const { createSession } = require("@anywire/eventsource/server");

const app = express();

app.get("/", (_request, response) => response.sendFile(resolve("index.html")));

app.get("/EventSource-test", (request, response) => {
  const session = createSession(request, response, { retry: 2000 });
  session.comment("注释");
  session.push("消息内容1");
  session.push("消息内容2", { event: "myEve", id: "12345" });
  const timer = setInterval(() => session.push("定时消息"), 2000);
  session.on("close", () => clearInterval(timer));
});

app.listen(6788, () => console.log("server running on port 6788"));
