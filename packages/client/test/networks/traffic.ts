/** Numbered events both ways, text and binary, with and without acknowledgements, and what has become of them. */

import assert from "node:assert/strict";
import type { Server } from "socket.io";
import type { Random } from "../../../../scripts/test/random.ts";
import type { Socket } from "../../src/node.ts";

/** What goes with a number: by it both ends know that nothing was mixed up. */
function payloadOf(n: number): unknown {
  const bytes = Buffer.alloc(n % 7 === 0 ? 3_000 : n % 50, n % 251);
  if (n % 3 === 0) return bytes;
  if (n % 3 === 1) return { text: "é".repeat(n % 40), parts: [bytes, { bytes }] };
  return ["none", n, null];
}

function assertPayload(n: number, payload: unknown): void {
  assert.deepEqual(payload, payloadOf(n), `what came with ${n}`);
}

/** Emits that are under way at once. */
const width = 4;

export class Traffic {
  /** Numbers that handlers of the server ran for. */
  readonly up: number[] = [];
  /** Numbers that came to the client. */
  readonly down: number[] = [];
  /** Questions of the server that came to the client: they may be lost, but come once. */
  readonly questions: number[] = [];
  /** Numbers that the client's acknowledgements brought. */
  readonly answers: number[] = [];
  readonly failures: unknown[] = [];
  /** Where the client was not remembered: what it had heard, and the first number that was told after the server had let it in. */
  readonly fresh: { readonly heard: number; readonly next: number }[] = [];
  readonly #starts = new Map<string | undefined, number>();
  readonly #io: Server;
  readonly #client: Socket;
  readonly #random: Random;
  #sent = 0;
  #told = 0;
  #asked = 0;
  #look = (): void => {};

  constructor(io: Server, client: Socket, random: Random) {
    this.#io = io;
    this.#client = client;
    this.#random = random;
    io.on("connection", (socket) => {
      if (!socket.recovered) this.#starts.set(socket.id, this.#told + 1);
      this.#tell(2);
      socket.emit("ask", ++this.#asked, payloadOf(this.#asked), () => {});
      socket.on("up", (n: number, payload: unknown, answer: (n: number, payload: unknown) => void) => {
        this.up.push(n);
        assertPayload(n, payload);
        this.#tell(this.#random.below(3));
        answer(n, payloadOf(n));
      });
    });
    client.on("connect", () => {
      const next = this.#starts.get(client.id) ?? Number.NaN;
      if (!client.recovered) this.fresh.push({ heard: this.down.length, next });
    });
    client.on("ask", (n: number, payload: unknown, answer: () => void) => {
      this.questions.push(n);
      assertPayload(n, payload);
      answer();
    });
    client.on("down", (n: number, payload: unknown) => {
      this.down.push(n);
      assertPayload(n, payload);
      this.#look();
    });
    client.on("disconnect", () => this.#tell(2)); // while it is away
  }

  /** Emits both ways, all the time, while the network is bad; ends when all that was promised has come. */
  async run(isBad: () => boolean): Promise<void> {
    await new Promise<void>((resolve) => {
      const go = (): void => {
        if (isBad()) return this.#emit(go);
        if (this.answers.length + this.failures.length === this.#sent) resolve();
      };
      for (let n = 0; n < width; n++) this.#emit(go);
    });
    this.#tell(1); // the last that is told
    await new Promise<void>((resolve) => {
      this.#look = () => this.down.at(-1) === this.#told && resolve();
      this.#look();
    });
  }

  get sent(): number {
    return this.#sent;
  }

  get told(): number {
    return this.#told;
  }

  #emit(then: () => void): void {
    const n = ++this.#sent;
    const hearing = this.#client.timeout(60_000); // its listeners are told of errors
    hearing.emit("up", n, payloadOf(n), (error: Error | null, answer: number, payload: unknown) => {
      if (error !== null) this.failures.push([n, error]);
      else {
        this.answers.push(answer);
        assertPayload(answer, payload);
        if (answer !== n) this.failures.push([n, answer]);
      }
      then();
    });
  }

  #tell(times: number): void {
    for (let n = 0; n < times; n++) this.#io.emit("down", ++this.#told, payloadOf(this.#told));
  }
}

/** first, … last. */
export const between = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, n) => first + n);

export function assertAscending(numbers: readonly number[]): void {
  numbers.forEach((n, at) => {
    assert.ok(at === 0 || n > (numbers[at - 1] ?? 0), `${n} after ${numbers[at - 1]}`);
  });
}
