/** Any server on a free port of 127.0.0.1, until its test ends. */

import { once } from "node:events";
import type { AddressInfo, Server } from "node:net";
import type { TestContext } from "node:test";

/** @returns its URL; all that is connected ends with the test too */
export async function listen(t: TestContext, server: Server): Promise<string> {
  const destroyers: (() => void)[] = [];
  server.on("connection", (socket) => destroyers.push(() => socket.destroy()));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    for (const destroy of destroyers) destroy();
    await closed;
  });
  const { port } = server.address() as AddressInfo; // listens on a port, not on a pipe
  return `http://127.0.0.1:${port}`;
}
