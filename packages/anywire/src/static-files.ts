/** The playground's page: a few files, read once and served from memory, with the headers that keep it to itself. */

import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { extname, join } from "node:path";
import { sendProblem } from "./problem.ts";

interface StaticFile {
  readonly body: Buffer;
  readonly type: string;
  readonly etag: string;
}

const types: ReadonlyMap<string, string> = new Map([
  [".html", "text/html; charset=utf-8"],
  [".js", "text/javascript; charset=utf-8"],
  [".css", "text/css; charset=utf-8"],
  [".svg", "image/svg+xml"],
  [".map", "application/json"],
]);

/** Nothing from another origin, nothing inline, and no other page around it. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** What is sent with every answer, problems included. */
const protection: Readonly<Record<string, string>> = {
  "Content-Security-Policy": contentSecurityPolicy,
  "Cross-Origin-Resource-Policy": "same-origin",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
};

export class StaticFiles {
  private readonly files: ReadonlyMap<string, StaticFile>;

  /** @param folder what it does not hold is not found; it may be missing, where the page has not been built */
  constructor(folder: string) {
    this.files = existsSync(folder) ? readFiles(folder) : new Map();
  }

  /** Answers the request, whatever it asks for. */
  respond(request: IncomingMessage, response: ServerResponse): void {
    for (const [name, value] of Object.entries(protection)) response.setHeader(name, value);
    const file = this.files.get(pathOf(request.url ?? "/"));
    if (file === undefined) return sendProblem(response, 404, "there is nothing at this path");
    if (request.method !== "GET" && request.method !== "HEAD") {
      response.setHeader("Allow", "GET, HEAD");
      return sendProblem(response, 405, "this method is not allowed here");
    }
    send(request, response, file);
  }
}

function send(request: IncomingMessage, response: ServerResponse, { body, type, etag }: StaticFile): void {
  response.setHeader("ETag", etag).setHeader("Cache-Control", "no-cache");
  if (request.headers["if-none-match"]?.includes(etag) === true) {
    response.writeHead(304).end(); // RFC 9110 §13.1.2
    return;
  }
  response.writeHead(200, { "Content-Type": type, "Content-Length": body.length });
  response.end(request.method === "HEAD" ? undefined : body);
}

function readFiles(folder: string): Map<string, StaticFile> {
  const files = new Map<string, StaticFile>();
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const type = types.get(extname(entry.name));
    if (!entry.isFile() || type === undefined) continue;
    const body = readFileSync(join(folder, entry.name));
    files.set(`/${entry.name}`, { body, type, etag: `"${createHash("sha256").update(body).digest("base64url")}"` });
  }
  const page = files.get("/index.html");
  if (page !== undefined) files.set("/", page);
  return files;
}

function pathOf(target: string): string {
  const end = target.indexOf("?");
  return end === -1 ? target : target.slice(0, end);
}
