/** The client for browsers at `/socket.io/socket.io.js` and beside it (option `serveClient`): a closed list of files. */

import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { preferredEncoding } from "./accept-encoding.ts";
import { ClientFile, compressions } from "./client-file.ts";
import { clientFolder } from "./client-folder.ts";
import { Refusal } from "./errors.ts";
import { refuseRequest } from "./plain/problem.ts";
import { pathOf } from "./plain/request-target.ts";

const scripts = ["socket.io.js", "socket.io.min.js", "socket.io.esm.min.js", "socket.io.msgpack.min.js"];
const names: readonly string[] = scripts.flatMap((name) => [name, `${name}.map`]);

export interface ClientFilesOptions {
  /** Where they are served, without a slash at its end. */
  readonly path: string;
  /** Sets the headers of the option `cors` and calls `next`, or answers a preflight itself. */
  readonly cors?: ((request: IncomingMessage, response: ServerResponse, next: () => void) => void) | undefined;
  /** Where they lie. @default the folder of this package that the build fills */
  readonly folder?: string | undefined;
}

/** Files are read when they are asked for first, and stay in memory: about two megabytes, all of them in all encodings. */
export class ClientFiles {
  private readonly cors: ClientFilesOptions["cors"];
  /** Where each lies, by its path in a URL. */
  private readonly places: ReadonlyMap<string, string>;
  private readonly files = new Map<string, Promise<ClientFile>>();

  constructor({ path, cors, folder = clientFolder() }: ClientFilesOptions) {
    this.cors = cors;
    const served = folder !== undefined && existsSync(folder) ? names : []; // a bundled server has left them behind
    this.places = new Map(served.map((name) => [`${path}/${name}`, join(folder ?? "", name)]));
  }

  handles(request: IncomingMessage): boolean {
    return this.places.has(pathOf(request.url));
  }

  /** Whatever the method: nothing is changed by it. */
  serve(request: IncomingMessage, response: ServerResponse): void {
    const answer = (): void => {
      this.answer(request, response).catch((error: unknown) => {
        refuseRequest(response, new Refusal("not-found", { cause: error }));
      });
    };
    if (this.cors === undefined) answer();
    else this.cors(request, response, answer);
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = pathOf(request.url);
    const file = await this.file(path);
    response.setHeader("Cache-Control", "public, max-age=0");
    response.setHeader("ETag", file.etag);
    response.appendHeader("Vary", "Accept-Encoding");
    if (file.matches(request.headers["if-none-match"])) return void response.writeHead(304).end();
    const encoding = preferredEncoding(request.headers["accept-encoding"], compressions);
    const body = encoding === undefined ? file.bytes : await file.compress(encoding);
    if (encoding !== undefined) response.setHeader("Content-Encoding", encoding);
    response.setHeader("Content-Type", `application/${path.endsWith(".map") ? "json" : "javascript"}; charset=utf-8`);
    response.setHeader("Content-Length", body.length);
    response.end(request.method === "HEAD" ? undefined : body);
  }

  /** @throws what the file system says; it is asked again the next time */
  private file(path: string): Promise<ClientFile> {
    const known = this.files.get(path);
    if (known !== undefined) return known;
    const read = readFile(this.places.get(path) ?? "").then((bytes) => new ClientFile(bytes));
    read.catch(() => this.files.delete(path));
    this.files.set(path, read);
    return read;
  }
}
