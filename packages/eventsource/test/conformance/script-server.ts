/** The server that plays scripts: to each run its answers in turn, and a record of what was asked. */

import { EventEmitter, once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { type Answer, eventStream, type Script } from "./script.ts";

/** One script played to one client: `asked` is emitted for each request, `told` for each message that the client tells of, `gone` where a stream ends. */
class Run extends EventEmitter<{ asked: []; told: []; gone: [] }> {
  readonly requests: string[] = [];
  readonly path: string;
  readonly answers: Iterator<Answer>;
  open = 0;

  constructor(path: string, script: Script) {
    super();
    this.path = path;
    this.answers = script.answers[Symbol.iterator]();
  }
}

export interface ScriptServer {
  /** The page's origin. */
  readonly here: string;
  readonly other: string;
  /** The path at which the answers of a script are given to a client from now on. */
  begin(client: string, script: Script): string;
  /** What was asked at this path. */
  requestsAt(path: string): readonly string[];
  /** `{here}`, `{other}`, `{refused}`, `{path}` and `{run}` for what they are now. */
  fill(text: string, path: string): string;
  /** The other way round. */
  blank(text: string, path: string): string;
  close(): void;
}

const recorded = ["accept", "cache-control", "origin", "cookie"] as const;
const hexed = "last-event-id";

export async function serveScripts(): Promise<ScriptServer> {
  const runs = new Map<string, Run>();
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    const { url = "" } = request;
    const path = /^\/(?:run|asked|told|gone)(\/[^/]+\/\d+\/)/.exec(url)?.[1] ?? "";
    const run = runs.get(`/run${path}`);
    if (run === undefined) return void answerPage(response);
    if (url.startsWith("/asked/")) return void tellOfRequest(run, response);
    if (url.startsWith("/told/")) return void tell(run, response);
    if (url.startsWith("/gone/")) return void tellOfEnd(run, response);
    run.requests.push(recordOf(request, run));
    void play(run, request, response);
  };
  const servers = [createServer(handle), createServer(handle)] as const;
  const [here, other] = await Promise.all([listen(servers[0]), listen(servers[1])]);
  const refused = await refusedOrigin();

  const namesOf = (path: string): [string, string][] => [
    ["{here}", here],
    ["{other}", other],
    ["{refused}", refused],
    ["{path}", path],
  ];
  const fill = (text: string, path: string): string =>
    namesOf(path).reduce(
      (filled, [name, value]) => filled.replaceAll(name, value),
      text.replace("{run}", "{here}{path}"),
    );
  const blank = (text: string, path: string): string =>
    namesOf(path).reduce((blanked, [name, value]) => blanked.replaceAll(value, name), text);

  async function play(run: Run, request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on("close", () => {
      run.open--;
      run.emit("gone");
    });
    run.open++;
    run.emit("asked");
    if (request.method === "OPTIONS") return void response.writeHead(200, permissions(request)).end();
    const next = run.answers.next();
    if (next.done === true) return void response.writeHead(204, permissions(request)).end();
    const { status = 200, headers = [eventStream], body = [], end = "whole" } = next.value;
    if (end === "cut" && body.length === 0) return void request.socket.destroy();
    if (end === "silence") return;
    const told = end === "cut" ? once(run, "told") : undefined;
    const fields = headers.flatMap(([name, value]) => [name, fill(value, run.path)]);
    response.writeHead(status, [...fields, "Connection", "close"]).flushHeaders();
    for (const chunk of body) {
      response.write(chunk);
      await turn();
    }
    await told;
    if (end === "cut") response.destroy();
    if (end === "whole") response.end();
  }

  function recordOf(request: IncomingMessage, run: Run): string {
    const host = request.headers.host === new URL(here).host ? "here" : "other";
    const fields = [...recorded, "access-control-request-headers"].flatMap((name) => {
      const value = request.headers[name];
      return value === undefined ? [] : [`${name}: ${blank(String(value), run.path)}`];
    });
    const id = request.headers[hexed];
    const hex = id === undefined ? [] : [`${hexed}: ${Buffer.from(String(id), "latin1").toString("hex")}`];
    return [`${request.method} ${host} ${request.url?.replace(run.path, "") ?? ""}`, ...fields, ...hex].join("; ");
  }

  return {
    here,
    other,
    begin(client, script) {
      const path = `/run/${client}/${runs.size}/`;
      runs.set(path, new Run(path, script));
      return path;
    },
    requestsAt: (path) => runs.get(path)?.requests ?? [],
    fill,
    blank,
    close() {
      for (const server of servers) server.close().closeAllConnections();
    },
  };
}

function answerPage(response: ServerResponse): void {
  response
    .setHeader("Content-Type", "text/html; charset=utf-8")
    .setHeader("Connection", "close")
    .end("<!doctype html><title>t</title>");
}

function tell(run: Run, response: ServerResponse): void {
  run.emit("told");
  response.writeHead(204, { Connection: "close" }).end();
}

/** Answers once a request is there. */
async function tellOfRequest(run: Run, response: ServerResponse): Promise<void> {
  if (run.open === 0) await once(run, "asked");
  response.writeHead(204, { Connection: "close" }).end();
}

/** Answers once no stream of the run is open. */
async function tellOfEnd(run: Run, response: ServerResponse): Promise<void> {
  while (run.open > 0) await once(run, "gone");
  response.writeHead(204, { Connection: "close" }).end();
}

/** What lets any origin read an answer that no script speaks of. */
function permissions({ headers }: IncomingMessage): Record<string, string> {
  return {
    Connection: "close",
    "Access-Control-Allow-Origin": headers.origin ?? "*",
    "Access-Control-Allow-Credentials": "true",
    "Access-Control-Allow-Headers": "last-event-id, cache-control",
  };
}

async function listen(server: Server): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** An origin where nobody listens any more. */
async function refusedOrigin(): Promise<string> {
  const server = createTcpServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return `http://127.0.0.1:${port}`;
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
