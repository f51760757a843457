/** The programs of docs/proxies.md. */

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { selfSigned } from "../../../../scripts/test/self-signed.ts";
import { listen } from "../served.ts";
import { ask } from "../visitor.ts";
import { recipePage, timeout } from "./recipe.ts";

const page = recipePage("proxies", ["tls", "behind-proxy"]);

test("an https.Server brings wss:", { timeout }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "anywire-tls-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  writeFileSync(key, selfSigned.key);
  writeFileSync(cert, selfSigned.cert);
  const at = await page.serve(t, "tls", { "key.pem": key, "cert.pem": cert });
  assert.equal(await (await ask(t, `wss://${at}/`)).next(), "hello over TLS");
});

test("behind a proxy that passes upgrades on, the client's address is in a header", { timeout }, async (t) => {
  const at = await page.serve(t, "behind-proxy");
  const proxy = createServer();
  proxy.on("upgrade", (incoming, stream, early) => {
    const headers = { ...incoming.headers, "x-forwarded-for": "203.0.113.7" };
    const outgoing = request(`http://${at}${incoming.url}`, { headers });
    outgoing.on("upgrade", ({ rawHeaders }, behind, head) => {
      const lines = rawHeaders.map((text, index) => text + (index % 2 === 0 ? ": " : "\r\n"));
      stream.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join("")}\r\n`);
      stream.write(head); // the first message may come with the answer
      behind.write(early);
      behind.pipe(stream).pipe(behind);
      for (const each of [stream, behind]) each.on("error", () => stream.destroy());
      stream.on("close", () => behind.destroy());
    });
    outgoing.end();
  });
  const port = await listen(t, proxy);
  assert.equal(await (await ask(t, `ws://127.0.0.1:${port}/`)).next(), "hello 203.0.113.7");
  assert.equal(await (await ask(t, `ws://${at}/`)).next(), "hello 127.0.0.1");
});
