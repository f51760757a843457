/** The option `cors` in every form that the package cors takes. */

import type { ServerOptions } from "socket.io";
import { type Ask, ask, askUpgrade, type Told } from "./asking.ts";
import { alike, type Stage } from "./servers.ts";

const allowed = "https://allowed.example";
const other = "https://other.example";

const forms: Readonly<Record<string, ServerOptions["cors"]>> = {
  "no option": undefined,
  "every origin": { origin: "*" },
  "an origin": { origin: allowed },
  "an origin, with credentials": { origin: allowed, credentials: true },
  "a list of origins": { origin: [allowed, "https://third.example"] },
  "an empty list": { origin: [] },
  "a pattern": { origin: /\.example$/ },
  "a list with a pattern": { origin: [/^https:\/\/allowed\./] },
  "the origin of the request": { origin: true, credentials: true },
  "no origin at all": { origin: false },
  "a function that answers later": { origin: (origin, done) => setImmediate(done, null, origin === allowed) },
  "a function that answers with an origin": { origin: (_origin, done) => done(null, allowed) },
  "a function that fails": { origin: (_origin, done) => done(new Error("broken")) },
  "a function of the request": (request, done) => done(null, { origin: `https://${request.method}.example` }),
  "an empty object": {},
  methods: { origin: allowed, methods: ["GET", "PUT"] },
  "methods as a text": { origin: allowed, methods: "GET,PATCH" },
  headers: { origin: allowed, allowedHeaders: ["X-One", "X-Two"], exposedHeaders: ["X-Three"] },
  "headers as a text": { origin: allowed, allowedHeaders: "X-One,X-Two", exposedHeaders: "X-Three" },
  "an age": { origin: allowed, maxAge: 600 },
  "another status": { origin: allowed, optionsSuccessStatus: 200 },
  "preflights passed on": { origin: allowed, preflightContinue: true },
};

const preflight = { "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "x-one,content-type" };

const asks: readonly Ask[] = [allowed, other, undefined].flatMap((Origin) => {
  const origin: Record<string, string> = Origin === undefined ? {} : { Origin };
  return [
    { headers: origin },
    { method: "OPTIONS", headers: { ...origin, ...preflight } },
    { method: "OPTIONS", headers: origin },
    { path: "/socket.io/?EIO=4&transport=polling&sid=unknown", headers: origin },
    { path: "/socket.io/?EIO=4&transport=polling&sid=unknown", method: "POST", body: "1", headers: origin },
    { path: "/socket.io/?EIO=4&transport=other", headers: origin },
    { path: "/socket.io/socket.io.js.map?no", method: "HEAD", headers: origin },
  ];
});

for (const [name, cors] of Object.entries(forms)) {
  alike(`cors: ${name}`, async (stage, server) => {
    const { url } = await stage.node(server, cors === undefined ? {} : { cors });
    const answers: Told[] = [];
    for (const each of asks) answers.push(await ask(url, each));
    for (const Origin of [allowed, other]) answers.push(await askUpgrade(url, { headers: { Origin } }));
    return answers;
  });
}

alike("cors: the program's own answers stay as they are", async (stage: Stage, server) => {
  const { url, httpServer } = await stage.node(server, { cors: { origin: "*" } });
  httpServer.on("request", (request, response) => {
    if (!request.url?.startsWith("/socket.io/")) response.end("its own");
  });
  return ask(url, { path: "/other", headers: { Origin: other } });
});
