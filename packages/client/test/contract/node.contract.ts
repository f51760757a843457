/** What the client does in Node.js alone: TLS, agents, compression, and processes that end. */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { Agent } from "node:http";
import { createServer as createSecureServer, Agent as SecureAgent } from "node:https";
import { join } from "node:path";
import { describe, test } from "node:test";
import { selfSigned } from "../../../../scripts/test/self-signed.ts";
import { patience, useHouse, Visit } from "./house.ts";
import { type ClientOptions, heard, heardError, type Library } from "./library.ts";
import { everyServer, socketIo } from "./server-kind.ts";

const bytes = Buffer.from([1, 2, 255]);
const ways = [["polling"], ["websocket"], ["polling", "websocket"]];

const trusting: readonly [name: string, options: ClientOptions][] = [
  ["its authority", { ca: selfSigned.cert }],
  ["any", { rejectUnauthorized: false }],
];

/** How a host may be named; `*` stands for the port. */
const urls = ["http://127.0.0.1:*", "ws://127.0.0.1:*", "http://127.0.0.1:*/", "http://user:secret@127.0.0.1:*"];

/** A process with a client that stays connected. @returns what it printed until it ended by itself */
async function lifeOf(root: string, url: string, options: ClientOptions): Promise<string> {
  const program = join(import.meta.dirname, "connected-process.ts");
  const flags = ["--conditions=anywire-source", "--import", "tsx"];
  const child = spawn(process.execPath, [...flags, program, root, url, JSON.stringify(options)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let printed = "";
  child.stdout.on("data", (chunk) => {
    printed += String(chunk);
  });
  const [code] = await once(child, "close");
  assert.equal(code, 0);
  return printed;
}

/** @param root the module that the library is exported by */
export function nodeContract(library: Library, root: string): void {
  for (const kind of everyServer) {
    describe(`at ${kind.name} over TLS`, () => {
      const house = useHouse(kind, {}, createSecureServer(selfSigned));

      for (const transports of ways) {
        for (const [name, options] of trusting) {
          test(`a certificate of ${name}, over ${transports.join(" and ")}`, patience, async (t) => {
            const { client, socket } = await new Visit(t, library, house).meet({ ...options, transports });
            if (client.io.engine.transport.name !== transports.at(-1)) await heard(client.io.engine, "upgrade");
            assert.equal(socket.handshake.secure, true);
            socket.on("ask", (value, answer) => answer(value));
            assert.deepEqual(await client.emitWithAck("ask", bytes), bytes);
          });
        }

        test(`a certificate that is not good is refused over ${transports.join(" and ")}`, patience, async (t) => {
          const client = new Visit(t, library, house).call(house.namespace(), { transports, reconnection: false });
          const error = await heardError(client, "connect_error");
          assert.equal(error.type, "TransportError");
        });

        test(`an agent that trusts, over ${transports.join(" and ")}`, patience, async (t) => {
          const agent = new SecureAgent({ ca: selfSigned.cert, keepAlive: true });
          t.after(() => agent.destroy());
          const { client } = await new Visit(t, library, house).meet({ transports, agent: agent as never });
          assert.equal(client.connected, true);
        });
      }
    });

    describe(`at ${kind.name}`, () => {
      const house = useHouse(kind, { perMessageDeflate: { threshold: 1024 } });

      for (const transports of ways) {
        test(`an agent of the program's over ${transports.join(" and ")}`, patience, async (t) => {
          let connections = 0;
          class Counting extends Agent {
            override createConnection(
              ...args: Parameters<Agent["createConnection"]>
            ): ReturnType<Agent["createConnection"]> {
              connections++;
              return super.createConnection(...args);
            }
          }
          const agent = new Counting();
          t.after(() => agent.destroy());
          await new Visit(t, library, house).meet({ transports, agent: agent as never });
          assert.ok(connections > 0);
        });
      }

      for (const url of urls) {
        test(`as ${url}`, patience, async (t) => {
          for (const transports of ways) {
            const client = new Visit(t, library, house).call(url.replace("*", String(house.port)), { transports });
            await heard(client, "connect");
            assert.equal(client.connected, true);
          }
        });
      }

      test("a manager that is given its host by options", patience, async (t) => {
        const manager = new library.Manager({ hostname: "127.0.0.1", port: house.port, transports: ["websocket"] });
        t.after(() => manager._close());
        await heard(manager, "open");
      });

      test("compression is offered, and used", patience, async (t) => {
        const { client, socket } = await new Visit(t, library, house).meet();
        assert.match(String(socket.handshake.headers["sec-websocket-extensions"]), /permessage-deflate/);
        socket.on("ask", (value, answer) => answer(value));
        const long = "again and ".repeat(10_000);
        assert.equal(await client.emitWithAck("ask", long), long);
        assert.equal(await client.compress(false).emitWithAck("ask", long), long);
      });

      test("compression is not offered where it is off", patience, async (t) => {
        const { socket } = await new Visit(t, library, house).meet({ perMessageDeflate: false as never });
        assert.equal(socket.handshake.headers["sec-websocket-extensions"], undefined);
      });
    });
  }

  describe("a process", () => {
    const house = useHouse(socketIo);

    for (const transports of ways) {
      test(`that has nothing else to do ends, with autoUnref, over ${transports.join(" and ")}`, patience, async () => {
        assert.equal(await lifeOf(root, house.url, { transports, autoUnref: true }), "connected\n");
      });
    }

    test("ends when its client leaves", patience, async () => {
      house.io.once("connection", (socket) => socket.emit("leave"));
      assert.equal(await lifeOf(root, house.url, { transports: ["polling", "websocket"] }), "connected\nleft\n");
    });
  });
}
