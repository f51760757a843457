/** The same raw requests to engine.io and to us: what clients of polling see is the same, but for the differences that are named. */

import assert from "node:assert/strict";
import { request } from "node:http";
import { test } from "node:test";
import { type Ask, ask, post, type Told } from "./asking.ts";
import { ServedEngine } from "./served-engine.ts";

/** What a case leaves behind. */
type Transcript = readonly unknown[];

/** A client's session on one of the servers. */
class Visit {
  readonly served: ServedEngine;
  private readonly query: string;

  constructor(served: ServedEngine, query: string) {
    this.served = served;
    this.query = query;
  }

  get url(): string {
    return this.served.url(`transport=polling&${this.query}&sid=${this.served.last.id}`);
  }

  poll(given: Ask = {}): Promise<Told> {
    return ask(this.url, given);
  }

  post(body: string | Uint8Array, headers: Record<string, string> = {}): Promise<Told> {
    return post(this.url, body, headers);
  }

  /** What comes up is kept. */
  hear(): unknown[] {
    const heard: unknown[] = [];
    this.served.last.on("message", (data) => heard.push(data));
    return heard;
  }
}

const shown = ["content-type", "content-length", "content-encoding", "cache-control", "x-xss-protection"];

function headersOf({ headers }: Told): unknown {
  return Object.fromEntries(shown.map((name) => [name, headers[name]]));
}

const whole = (told: Told): unknown => [told.status, headersOf(told), told.body.toString("latin1")];
/** Without the length, which for compressed answers we tell and engine.io does not. */
const meaning = (told: Told): unknown => [told.status, told.headers["content-type"], told.headers["content-encoding"]];

const octets = { "Content-Type": "application/octet-stream" };
const form = { "Content-Type": "application/x-www-form-urlencoded" };
const long = "é".repeat(2_000);

interface Case {
  readonly name: string;
  readonly query?: string;
  readonly options?: object;
  readonly play: (visit: Visit) => Promise<Transcript>;
}

const cases: Case[] = [
  {
    name: "a poll brings text and bytes",
    async play(visit) {
      visit.served.last.send("é😀");
      visit.served.last.send(Buffer.from([1, 2, 255]));
      return [whole(await visit.poll())];
    },
  },
  {
    name: "a POST brings text and bytes",
    async play(visit) {
      const heard = visit.hear();
      return [whole(await visit.post("4é😀\x1ebAQL/\x1e4")), heard];
    },
  },
  {
    name: "Internet Explorer",
    play: async (visit) => [whole(await visit.post("4a", { "User-Agent": "x;MSIE 9.0" }))],
  },
  {
    name: "EIO 3: text",
    query: "EIO=3",
    async play(visit) {
      const heard = visit.hear();
      visit.served.last.send("é😀");
      return [whole(await visit.poll()), whole(await visit.post("2:4é1:2")), heard, whole(await visit.poll())];
    },
  },
  {
    name: "EIO 3: bytes",
    query: "EIO=3",
    async play(visit) {
      const heard = visit.hear();
      visit.served.last.send(Buffer.from([1, 2, 255]));
      visit.served.last.send("é");
      const told = await visit.poll();
      return [whole(told), whole(await visit.post(told.body, octets)), heard];
    },
  },
  {
    name: "EIO 3: b64",
    query: "EIO=3&b64=1",
    async play(visit) {
      visit.served.last.send(Buffer.from([1, 2, 255]));
      return [whole(await visit.poll())];
    },
  },
  ...["EIO=3&j=12", "EIO=4&j=1x2"].map(
    (query): Case => ({
      name: `JSONP: ${query}`,
      query,
      async play(visit) {
        const heard = visit.hear();
        visit.served.last.send('"\\\u2028\u2029\n</script>');
        const body = query.startsWith("EIO=3") ? "5:4a\\nbc" : "4a\\nb\\\\nc\\\\\\n";
        return [whole(await visit.poll()), whole(await visit.post(`d=${encodeURIComponent(body)}`, form)), heard];
      },
    }),
  ),
  {
    name: "the client says close",
    async play(visit) {
      const waiting = visit.poll();
      await reached(visit);
      const told = await visit.post("1");
      return [whole(told), whole(await waiting), visit.served.ends];
    },
  },
  {
    name: "the server closes while a poll waits",
    async play(visit) {
      const waiting = visit.poll();
      await reached(visit);
      visit.served.last.close();
      return [whole(await waiting), visit.served.ends];
    },
  },
  {
    name: "two polls at once",
    async play(visit) {
      const first = visit.poll();
      await reached(visit);
      const second = await visit.poll();
      return [second.status, whole(await first), visit.served.ends];
    },
  },
  {
    name: "a body that is too long",
    options: { maxHttpBufferSize: 10 },
    async play(visit) {
      const heard = visit.hear();
      const told = await visit.post("4".repeat(11));
      return [told.status, (await visit.post("4ok")).status, heard, visit.served.ends];
    },
  },
  {
    name: "bytes in Engine.IO 4",
    async play(visit) {
      const told = await visit.post(Buffer.from([1]), octets);
      await visit.served.ended();
      return [told.status, visit.served.ends];
    },
  },
  {
    name: "a poll whose client goes away",
    async play(visit) {
      const poll = request(visit.url, { agent: false }).on("error", () => {});
      poll.end();
      await reached(visit);
      poll.destroy();
      await visit.served.ended();
      return [visit.served.ends];
    },
  },
  ...[
    "gzip",
    "deflate",
    "gzip, deflate",
    "deflate, gzip",
    "gzip;q=0, deflate",
    "gzip;q=0.2, deflate;q=0.8",
    "*",
    "br",
    "identity",
    "x-gzip",
    "gzip;q=0",
    "",
    "GZIP",
  ].map(
    (accepted): Case => ({
      name: `an answer to who takes "${accepted}"`,
      async play(visit) {
        visit.served.last.send(long);
        return [meaning(await visit.poll({ headers: { "Accept-Encoding": accepted } }))];
      },
    }),
  ),
  {
    name: "an answer that is not to be compressed",
    async play(visit) {
      visit.served.last.send(long, { compress: false });
      return [whole(await visit.poll({ headers: { "Accept-Encoding": "gzip" } }))];
    },
  },
  {
    name: "an answer below the threshold",
    options: { httpCompression: { threshold: 5_000 } },
    async play(visit) {
      visit.served.last.send(long);
      return [whole(await visit.poll({ headers: { "Accept-Encoding": "gzip" } }))];
    },
  },
  {
    name: "no compression",
    options: { httpCompression: false },
    async play(visit) {
      visit.served.last.send(long);
      return [whole(await visit.poll({ headers: { "Accept-Encoding": "gzip" } }))];
    },
  },
];

/** Resolves when the server holds the poll that was just sent. */
async function reached({ served }: Visit): Promise<void> {
  const { transport } = served.last;
  while (Reflect.get(transport, "writable") !== true) await new Promise(setImmediate);
}

for (const { name, query = "EIO=4", options = {}, play } of cases) {
  test(name, async (t) => {
    const transcripts: Transcript[] = [];
    for (const server of ["engine.io", "ours"] as const) {
      const served = await ServedEngine.open(t, server, options);
      await ask(served.url(`transport=polling&${query}`));
      transcripts.push(await play(new Visit(served, query)));
    }
    assert.deepEqual(transcripts[1], transcripts[0]);
  });
}

/** Where we differ, on purpose. */
const differences: [name: string, play: (visit: Visit) => Promise<unknown>, theirs: unknown, ours: unknown][] = [
  ["junk is said to be junk", async (visit) => (await visit.post("junk")).status, 200, 400],
  ["other methods are not the server's fault", async (visit) => (await visit.poll({ method: "PUT" })).status, 500, 405],
  [
    "a close that waits for a poll needs no noop before it",
    async (visit) => {
      visit.served.last.close();
      return (await visit.poll()).text;
    },
    "6\x1e1",
    "1",
  ],
];

for (const [name, play, theirs, ours] of differences) {
  test(`difference: ${name}`, async (t) => {
    for (const [server, expected] of [
      ["engine.io", theirs],
      ["ours", ours],
    ] as const) {
      const served = await ServedEngine.open(t, server);
      await ask(served.url("transport=polling&EIO=4"));
      assert.deepEqual(await play(new Visit(served, "EIO=4")), expected);
    }
  });
}
