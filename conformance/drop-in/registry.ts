/** A package registry on 127.0.0.1 that has one package, a packed one of ours: npm finds it by its name, as users will. */

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";

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

  static async open(tarball: string): Promise<Registry> {
    const bytes = readFileSync(tarball);
    const integrity = `sha512-${createHash("sha512").update(bytes).digest("base64")}`;
    const manifest = readManifest(tarball);
    const server = createServer((request, response) => {
      response.setHeader("Cache-Control", "no-store"); // every build has the same version
      if (request.url === "/tarball") response.end(bytes);
      else response.end(JSON.stringify(packument(manifest, { tarball: `${url}tarball`, integrity })));
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    const address = server.address();
    const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : address}/`;
    return new Registry(server, url);
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}
