/** The client of another language: Debian's python3-socketio, unmodified. */

import assert from "node:assert/strict";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { Socket } from "socket.io";
import { findPythonSocketIo, noPythonSocketIo } from "../../../../scripts/python-socketio.ts";
import { childOutput } from "./child-output.ts";
import { type House, type OpenServer, openHouse, patience } from "./house.ts";

const program = join(import.meta.dirname, "python-client.py");
const python = findPythonSocketIo();
const skip = python === undefined && noPythonSocketIo;

/** It takes at most 16 packets in one poll. */
const numbers = Array.from({ length: 10 }, (_, n) => n);

/** Its transports, and what it ends on. */
const ways: readonly [transports: string, last: string][] = [
  ["polling", "polling"],
  ["websocket", "websocket"],
  ["polling,websocket", "websocket"],
];

/** What the program expects of a server. @returns the answers that it gives to the server */
function serve({ io }: House): { readonly answers: Promise<unknown>[]; readonly sockets: Socket[] } {
  const answers: Promise<unknown>[] = [];
  const sockets: Socket[] = [];
  io.of("/closed").use((_socket, next) => next(Object.assign(new Error("not you"), { data: { code: 7 } })));
  for (const namespace of [io.of("/"), io.of("/other")]) {
    namespace.on("connection", (socket) => socket.on("echo", (...args: unknown[]) => socket.emit("echo", ...args)));
  }
  io.on("connection", (socket) => {
    sockets.push(socket);
    socket.on("ask", (value: unknown, answer: (value: unknown) => void) => answer({ asked: value }));
    socket.on("count", () => {
      for (const n of numbers) socket.emit("number", n);
    });
    socket.on("send me away", () => socket.disconnect());
    answers.push(socket.emitWithAck("ask", "é", Buffer.from("b")));
  });
  return { answers, sockets };
}

export function pythonContract(server: string, open: OpenServer): void {
  for (const [transports, last] of ways) {
    test(`${server}, python over ${transports}: it talks like the others`, {
      ...patience,
      skip,
    }, async (t: TestContext) => {
      const house = await openHouse(t, open);
      const { answers, sockets } = serve(house);
      const printed = await childOutput(t, python ?? "", [program, house.url, transports, "{}"]);
      const seen: unknown = JSON.parse(printed);
      const [socket] = sockets;
      assert.ok(socket !== undefined && sockets.length === 1);
      assert.deepEqual(socket.handshake.auth, { user: "py" });
      assert.deepEqual(await answers[0], "é");
      assert.deepEqual(seen, {
        id: socket.id,
        transport: last,
        answers: [{ asked: { a: 1 } }, { asked: { bytes: "6279746573" } }],
        echoes: [
          [1, "två", null],
          [{ file: { bytes: "00ff" }, list: [{ bytes: "78" }] }],
          ["😀".repeat(1_000)],
          [],
          ["other"],
        ],
        numbers,
        refusal: { message: "not you", data: { code: 7 } },
      });
    });
  }
}
