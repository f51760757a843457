/** The program and the nginx of docs/proxies.md. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { findNginx, noNginx } from "../../../../scripts/nginx.ts";
import { startNginx } from "../proxies/nginx.ts";
import { visitByHttp, visits } from "../visitors.ts";
import { isGreeted, recipePage, serve, timeout } from "./recipe.ts";

const page = recipePage("proxies", ["behind-proxy"]);
const skip = findNginx() === undefined && noNginx;

test("nginx, as the page has it, passes events on", { timeout, skip }, async (t) => {
  const { url: upstream, printed } = await serve(t, page, "behind-proxy");
  const { text } = page.block("nginx");
  const { url } = await startNginx(t, upstream, (folder) =>
    text.replace("listen 80;", `listen unix:${folder}/http.sock;`).replace("http://127.0.0.1:3000", upstream),
  );
  for (const [, visit, cannot] of visits) if (cannot === false) await isGreeted(t, visit, { url, printed });
  const { response } = await visitByHttp(t, `${url}/events`, { "Accept-Encoding": "gzip" });
  assert.equal(response.headers["content-encoding"], "gzip");
});
