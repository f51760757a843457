/** Retried emits under random cuts, of both kinds of connections: each handler runs once, and each answer that arrives is the same. */

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { Random } from "../../../scripts/test/random.ts";
import type { ServerOptions } from "../src/index.ts";
import type { RawClient } from "./raw-client.ts";
import { patience, RawHouse } from "./raw-house.ts";

const emits = 40;
const ours = "EIO=4&anywire=1";

/** What becomes of one try. */
type Fate = "answered" | "cut at once" | "cut before the answer" | "left half open" | "doubled" | "left the namespace";

const fates: readonly Fate[] = [
  "answered",
  "cut at once",
  "cut before the answer",
  "left half open",
  "doubled",
  "left the namespace",
];

/** A client that emits one after another, each until it is answered, whatever becomes of its connections. */
class Retrier {
  readonly answers = new Map<number, string[]>();
  private readonly house: RawHouse;
  private readonly random: Random;
  private readonly auth: Record<string, string>;
  private current: RawClient | undefined = undefined;

  constructor(house: RawHouse, random: Random) {
    this.house = house;
    this.random = random;
    this.auth = { "anywire:nonce": random.bytes(16).toString("base64url") };
  }

  async run(): Promise<void> {
    for (let id = 0; id < emits; id++) {
      for (;;) {
        const fate = this.random.pick(fates);
        if (await this.attempt(id, fate)) break;
      }
      if (this.random.below(3) === 0) await this.attempt(this.random.below(id + 1), "answered"); // it was answered before
    }
  }

  /** @returns whether it was answered */
  private async attempt(id: number, fate: Fate): Promise<boolean> {
    const client = await this.connection();
    const packet = `42${id}["work",${id}]`;
    client.send(packet);
    if (fate === "doubled") client.send(packet, packet);
    if (fate === "answered" || fate === "doubled") return this.hear(client, id);
    this.current = undefined;
    if (fate === "left the namespace") client.send("41");
    else if (fate !== "left half open") {
      if (fate === "cut before the answer") await this.turns(this.random.below(20));
      client.socket.terminate();
    }
    return false;
  }

  /** Answers to what was repeated before may come behind. */
  private async hear(client: RawClient, id: number): Promise<boolean> {
    for (;;) {
      const packet = String(await client.next());
      const [, type, of, body = ""] = /^4([34])(\d+)(.*)$/.exec(packet) ?? [];
      assert.ok(of !== undefined, packet);
      const known = this.answers.get(Number(of)) ?? [];
      this.answers.set(Number(of), [...known, type + body]);
      if (Number(of) === id) return true;
    }
  }

  private async connection(): Promise<RawClient> {
    if (this.current !== undefined) return this.current;
    const client = await this.house.session(ours);
    const answer = String(await client.enter("/", this.auth));
    const { pid } = JSON.parse(answer.slice(2));
    if (pid !== undefined && this.random.below(4) > 0) this.auth.pid = pid;
    this.current = client;
    return client;
  }

  private async turns(count: number): Promise<void> {
    for (let turn = 0; turn < count; turn++) await new Promise(setImmediate);
  }
}

async function check(t: TestContext, seed: number, options: Partial<ServerOptions>): Promise<void> {
  const random = new Random(seed);
  const house = await RawHouse.open(t, options);
  const runs = new Map<number, number>();
  const settle = async (turns: number): Promise<void> => {
    for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate);
  };
  house.io.on("connection", (socket) => {
    socket.use((_event, next) => void settle(random.below(5)).then(() => next()));
    socket.on("work", async (id: number, ack: (...answer: unknown[]) => void) => {
      const run = (runs.get(id) ?? 0) + 1;
      runs.set(id, run);
      await settle(random.below(30));
      if (id % 5 === 4) throw Object.assign(new Error(`run ${run} of ${id}`), { code: "mine" });
      ack(id, run, random.below(1_000_000));
    });
  });
  const retrier = new Retrier(house, random);
  await retrier.run();
  for (let id = 0; id < emits; id++) {
    assert.equal(runs.get(id), 1, `runs of ${id}, seed ${seed}`);
    const answers = new Set(retrier.answers.get(id));
    assert.equal(answers.size, 1, `answers to ${id}, seed ${seed}: ${[...answers].join(" ")}`);
  }
}

const kinds: readonly [name: string, options: Partial<ServerOptions>][] = [
  ["without recovery", {}],
  ["with recovery", { connectionStateRecovery: {} }],
];

for (const [name, options] of kinds)
  for (const seed of [1, 2, 3, 4, 5])
    test(`each emit runs once, ${name} (seed ${seed})`, patience, (t) => check(t, seed, options));
