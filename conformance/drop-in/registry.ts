/** A package registry on 127.0.0.1 that has packed packages of ours: npm finds them by their names, as users will. */

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { basename } from "node:path";

interface Manifest {
  readonly name: string;
  readonly version: string;
}

function readManifest(tarball: string): Manifest {
  const text = execFileSync("tar", ["-xzOf", tarball, "package/package.json"], { encoding: "utf8" });
  const manifest: Manifest = JSON.parse(text);
  return manifest;
}

/** What npm reads about a package: its versions, and where each one's tarball is. */
function packument(manifest: Manifest, dist: object): object {
  const { name, version } = manifest;
  return { name, "dist-tags": { latest: version }, versions: { [version]: { ...manifest, dist } } };
}

export class Registry {
  readonly url: string;
  private readonly server: Server;

  private constructor(server: Server, url: string) {
    this.server = server;
    this.url = url;
  }

  static async open(tarballs: readonly string[]): Promise<Registry> {
    const answers = new Map<string, string | Buffer>();
    const server = createServer((request, response) => {
      response.setHeader("Cache-Control", "no-store"); // every build has the same version
      const answer = answers.get(decodeURIComponent(request.url ?? ""));
      response.writeHead(answer === undefined ? 404 : 200).end(answer);
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    const address = server.address();
    const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : address}/`;
    for (const tarball of tarballs) {
      const bytes = readFileSync(tarball);
      const integrity = `sha512-${createHash("sha512").update(bytes).digest("base64")}`;
      const manifest = readManifest(tarball);
      const path = `tarballs/${basename(tarball)}`;
      answers.set(`/${path}`, bytes);
      answers.set(`/${manifest.name}`, JSON.stringify(packument(manifest, { tarball: url + path, integrity })));
    }
    return new Registry(server, url);
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}
