/** Seeded fuzz of the HTTP surface: bodies, queries, heads. Every request is answered with a documented status, and nothing stays behind. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { test } from "node:test";
import { mutate } from "../../../../scripts/test/mutation.ts";
import { Random } from "../../../../scripts/test/random.ts";
import { ask, post } from "./asking.ts";
import { ServedEngine } from "./served-engine.ts";

/** What docs/streaming-transports.md and engine.io's table name, what Node's own parser says, and success. */
const documented = new Set([200, 400, 403, 405, 408, 413, 431, 505]);

const words = [
  "\x1e",
  "b",
  "4",
  "1",
  "2probe",
  "5",
  ":",
  "\0",
  "\xff",
  "999999999",
  "__proto__",
  "\r\n",
  "%",
  "&",
  "=",
  "é",
];

/** Longer than any session lives that is left alone. */
const limits = { pingInterval: 100, pingTimeout: 100, bodyTimeout: 100, maxHttpBufferSize: 2_000, upgradeTimeout: 100 };

const bodies: [query: string, type: string, body: string | Buffer][] = [
  ["EIO=4&transport=polling", "text/plain;charset=UTF-8", '4hello\x1ebAQID\x1e3\x1e42["a",{}]'],
  ["EIO=3&transport=polling", "text/plain;charset=UTF-8", "6:4hello1:210:b4AQIDBAUG"],
  [
    "EIO=3&transport=polling",
    "application/octet-stream",
    Buffer.from([0, 6, 255, 0x34, 1, 2, 3, 4, 5, 1, 3, 255, 4, 7, 8]),
  ],
  ["EIO=3&transport=polling&j=0", "application/x-www-form-urlencoded", "d=6%3A4hello1%3A2"],
  ["EIO=4&transport=polling&j=0", "application/x-www-form-urlencoded", "d=4hello%5Cn%1E3"],
];

for (const [index, [query, type, body]] of bodies.entries()) {
  test(`bodies like that of ${query} as ${type}`, async (t) => {
    const served = await ServedEngine.open(t, "ours", { ...limits, pingInterval: 60_000 });
    const random = new Random(index + 1);
    let taken = 0;
    for (let round = 0; round < 300; round++) {
      const opened = await ask(served.url(query));
      assert.equal(opened.status, 200);
      const mutated = mutate(random, Buffer.from(body), words);
      const { status, text } = await post(`${served.url(query)}&sid=${served.last.id}`, mutated, {
        "Content-Type": type,
      });
      assert.ok([200, 400, 413].includes(status), `${status} for ${JSON.stringify(mutated.toString("latin1"))}`);
      if (status === 200) taken++;
      assert.equal(status === 200, text === "ok");
      served.last.close(true);
    }
    assert.ok(taken > 10 && taken < 300, `${taken} of 300 were taken`);
    assert.equal(Reflect.get(served.engine, "clientsCount"), 0);
  });
}

const sid = "{sid}";
const requests = [
  `GET /engine.io/?EIO=4&transport=polling&sid=${sid} HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n`,
  `GET /engine.io/?EIO=4&transport=eventsource&sid=${sid} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`,
  `GET /engine.io/?EIO=4&transport=iframe&j=1 HTTP/1.1\r\nHost: a\r\nOrigin: http://a.example\r\nConnection: close\r\n\r\n`,
  `GET /engine.io/?EIO=3&transport=polling&j=1&b64=1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`,
  `POST /engine.io/?EIO=4&transport=polling&sid=${sid} HTTP/1.1\r\nHost: a\r\nContent-Length: 8\r\nConnection: close\r\n\r\n4a\x1e3\x1e4b`,
  `POST /engine.io/?EIO=4&transport=polling&sid=${sid} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n2\r\n4a\r\n0\r\n\r\n`,
  `OPTIONS /engine.io/?EIO=4&transport=polling&sid=${sid} HTTP/1.1\r\nHost: a\r\nOrigin: http://a.example\r\nConnection: close\r\n\r\n`,
];

/** Sends bytes on a connection of their own, says that no more will come, and reads until the answer's head is there or the end. */
async function exchange(port: number, bytes: Buffer): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  socket.end(bytes);
  let answer = "";
  socket.on("data", (chunk) => {
    answer += chunk.toString("latin1");
    if (answer.includes("\r\n\r\n")) socket.destroy();
  });
  await once(socket, "close");
  return answer;
}

for (const [index, seed] of requests.entries()) {
  test(`requests like ${seed.slice(0, seed.indexOf(" HTTP"))} (${index})`, async (t) => {
    const served = await ServedEngine.open(t, "ours", limits);
    const random = new Random(100 + index);
    let answered = 0;
    for (let round = 0; round < 150; round++) {
      await ask(served.url("EIO=4&transport=polling"));
      const request = Buffer.from(seed.replace(sid, served.last.id), "latin1");
      const mutated = mutate(random, request, words);
      const answer = await exchange(served.port, mutated);
      if (answer === "") continue; // Node cuts who half-closes in mid-request, and what follows an answer that goes on
      answered++;
      const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1]);
      assert.ok(
        documented.has(status) || isForeign(mutated),
        `${JSON.stringify(String(mutated))} got ${answer.slice(0, 99)}`,
      );
    }
    assert.ok(answered > 75, `only ${answered} of 150 were answered`);
    assert.equal((await ask(served.url("EIO=4&transport=polling"))).status, 200, "the server lives");
    await emptied(served);
  });
}

test("whatever the query says, the request is answered", async (t) => {
  const served = await ServedEngine.open(t, "ours", { ...limits, pingInterval: 30 });
  const random = new Random(7);
  const queries = [
    "EIO=4&transport=polling",
    "EIO=3&transport=polling&j=0&b64=1",
    "EIO=4&transport=eventsource&anywire=1",
    "EIO=4&transport=iframe&j=12",
    "EIO=4&transport=websocket&t=abc",
  ];
  for (let round = 0; round < 20; round++) {
    await ask(served.url("EIO=4&transport=polling"));
    const asked = Array.from({ length: 20 }, async () => {
      const query = Buffer.from(`${random.pick(queries)}${random.below(2) === 0 ? "" : `&sid=${served.last.id}`}`);
      const mutated = mutate(random, query, words)
        .toString("latin1")
        .replace(/[^!-~]|#/g, (character) => encodeURIComponent(character));
      const method = random.pick(["GET", "GET", "POST", "PUT", "OPTIONS"]);
      const { status, text } = await ask(
        served.url(mutated),
        method.startsWith("P") ? { method, body: "4a" } : { method },
      );
      assert.ok(documented.has(status), `${mutated} got ${status} ${text}`);
    });
    await Promise.all(asked);
  }
  await emptied(served);
});

/** Another path than ours is nobody's here. */
function isForeign(request: Buffer): boolean {
  return !/^[A-Z]+ \/engine\.io\/\?/.test(request.toString("latin1"));
}

/** Resolves when all sessions have ended: by their heartbeats, at the latest. */
async function emptied({ engine, ends, sessions }: ServedEngine): Promise<void> {
  while (ends.length < sessions.length) await once(engine, "test:end");
  assert.equal(Reflect.get(engine, "clientsCount"), 0);
}

test("queries with names and values that every object has are refused like any other", async (t) => {
  const served = await ServedEngine.open(t, "ours", limits);
  const names = ["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf", ""];
  for (const name of names) {
    for (const query of [
      `transport=${name}`,
      `transport=polling&sid=${name || "x"}`,
      `transport=polling&EIO=${name}&sid=x`,
      `${name}=1&transport=x`,
    ]) {
      for (const method of ["GET", "POST"]) {
        assert.equal((await ask(served.url(`EIO=4&${query}`), { method })).status, 400, `${method} ${query}`);
      }
    }
  }
  assert.equal(served.sessions.length, 0);
});
