/** A real nginx in front of a server, in a folder of its own, as plainly configured as nginx is found. */

import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { TestContext } from "node:test";
import { findNginx } from "../../../../scripts/nginx.ts";
import { listen } from "../listen.ts";

export interface Nginx {
  /** Where it listens for HTTP/1.1; each path below `/1.0/` and `/1.1/` goes to the server by that version of HTTP. */
  readonly url: string;
  /** Where it takes HTTP/2 without TLS, from who knows beforehand. */
  readonly http2Url: string;
}

/** What goes into its `http { … }`: servers that listen on `http.sock` and `http2.sock` of the folder. */
export type Servers = (folder: string) => string;

/** Gzip for whatever there is, which holds streams back if it is let; buffering and all else as it comes. */
const unkind =
  (upstream: string): Servers =>
  (folder) =>
    `
  gzip on;
  gzip_types text/event-stream *;
  gzip_min_length 1;
  server {
    listen unix:${folder}/http.sock;
    listen unix:${folder}/http2.sock http2;
    location /1.0/ {
      proxy_pass ${upstream};
    }
    location /1.1/ {
      proxy_pass ${upstream};
      proxy_http_version 1.1;
      proxy_set_header Connection "";
    }
  }
`;

const configuration = (servers: string): string => `
daemon off;
worker_processes 1;
pid nginx.pid;
${process.getuid?.() === 0 ? `user ${userInfo().username};` : ""}
error_log stderr notice;
events {}
http {
  access_log off;
  client_body_temp_path body;
  proxy_temp_path proxy;
  fastcgi_temp_path fastcgi;
  uwsgi_temp_path uwsgi;
  scgi_temp_path scgi;
  ${servers}
}
`;

/** Starts it in front of the server at that URL, or with `servers` of its own; it ends with the test. */
export async function startNginx(t: TestContext, upstream: string, servers = unkind(upstream)): Promise<Nginx> {
  const program = findNginx();
  assert.ok(program);
  const folder = mkdtempSync(join(tmpdir(), "anywire-nginx-"));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "nginx.conf"), configuration(servers(folder)));
  const nginx = spawn(program, ["-p", folder, "-c", "nginx.conf", "-e", "stderr"], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  t.after(() => end(nginx));
  await untilItWorks(nginx);
  return { url: await forward(t, `${folder}/http.sock`), http2Url: await forward(t, `${folder}/http2.sock`) };
}

/** It listens before it starts its workers, and says so. */
function untilItWorks(nginx: ChildProcess): Promise<void> {
  assert.ok(nginx.stderr);
  const said: string[] = [];
  const lines = createInterface(nginx.stderr);
  return new Promise((resolve, reject) => {
    lines.on("line", (line) => {
      said.push(line);
      if (line.includes("start worker process ")) resolve();
    });
    nginx.once("exit", () => reject(new Error(`nginx did not start:\n${said.join("\n")}`)));
  });
}

async function end(nginx: ChildProcess): Promise<void> {
  if (nginx.exitCode !== null) return;
  const ended = once(nginx, "exit");
  nginx.kill(); // at once, whoever is connected
  await ended;
}

/** nginx cannot say which free port it would take; a socket in its folder needs none. */
function forward(t: TestContext, path: string): Promise<string> {
  const forwarder = createServer((client) => {
    const nginx = connect(path);
    client.pipe(nginx).pipe(client);
    client.on("error", () => {}).on("close", () => nginx.destroy());
    nginx.on("error", () => {}).on("close", () => client.destroy());
  });
  return listen(t, forwarder);
}
