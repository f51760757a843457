import assert from "node:assert/strict";
import { test } from "node:test";
import type { CaseResult } from "../src/results.ts";
import { formatTable as format } from "../src/table.ts";
import { caseResult } from "./sample.ts";

const formatTable = (result: CaseResult): string => format(result, { judged: true });
const own = { user: 3, system: 5, p50: 700, p99: 1_400, loadShare: 0.8 };
const reference = { user: 4, system: 6, p50: 900, p99: 1_600, loadShare: 0.85 };

test("a table shows CPU first, then the ratio beside its goal, then latency", () => {
  const result = caseResult("echo 64 B, depth 1, text", { ws: [reference], "@anywire/websocket": [own] });
  assert.equal(
    formatTable(result),
    [
      "echo 64 B, depth 1, text (100 connections, 120,000 messages, 1 round)",
      "                          CPU µs/msg  user  system   to reference            goal  p50 µs  p99 µs  RSS MiB  load CPU",
      "ws 1.0.0                  10.00 ±0 %  4.00    6.00                                    900    1600       50      85 %",
      "@anywire/websocket 1.0.0   8.00 ±0 %  3.00    5.00  1.25× cheaper  ≥ 1.2× reached     700    1400       50      80 %",
      "",
    ].join("\n"),
  );
});

test("several rounds show their spread", () => {
  const text = formatTable(caseResult("x", { ws: [reference, reference], other: [own, { ...own, user: 5 }] }));
  assert.match(text, /9\.00 ±11 %.*1\.13× cheaper \(1\.00–1\.25\)/);
});

test("memory is told as bytes for each connection and as a share of the reference's", () => {
  const memory = (rssPerConnection: number) => ({ rssPerConnection });
  const text = formatTable(
    caseResult("idle connections, 10,000", { ws: [memory(6_000)], "@anywire/websocket": [memory(4_800)] }),
  );
  assert.match(text, /4800 ±0 %\s+0\.80 of it\s+≤ 0\.75 MISSED/);
  assert.doesNotMatch(text, /p50|load CPU|µs\/msg/);
});

test("a load that was the bottleneck is said", () => {
  const text = formatTable(caseResult("x", { ws: [{ ...reference, loadShare: 0.97 }] }));
  assert.match(text, /97 % !/);
  assert.match(text, /the load was the bottleneck/);
});

test("a disqualified server is shown as such, with its reason and without figures", () => {
  const result = caseResult("x", { ws: [reference], liar: [own] });
  const [ws, liar] = result.peers;
  const text = formatTable({ ...result, peers: [ws!, { ...liar!, disqualified: "byte 3 of reply 0 is 7" }] });
  assert.match(text, /^liar 1\.0\.0 DISQUALIFIED: byte 3 of reply 0 is 7$/m);
  assert.doesNotMatch(text, /8\.00/);
});

test("a goal against another peer is told with its own ratio", () => {
  const fast = { user: 1, system: 1 };
  const peers = { ws: [reference], "ws + bufferutil": [reference], "@anywire/websocket": [fast] };
  assert.match(
    formatTable(caseResult("echo 64 KiB", peers)),
    /5\.00× cheaper\s+≥ 3\.5× reached, ≥ 1\.4× ws \+ bufferutil reached \(5\.00\)/,
  );
});

test("handshakes are told per second of CPU too", () => {
  const text = formatTable({ ...caseResult("handshakes", { ws: [reference] }), connections: 0, unit: "handshake" });
  assert.match(text, /^handshakes \(120,000 handshakes, 1 round\)$/m);
  assert.match(text, /CPU µs\/handshake.*handshakes\/CPU s/);
  assert.match(text, /10\.00 ±0 %.*\s100000\s/);
});

test("a peer that does not run here is said, with what was measured elsewhere", () => {
  const result = caseResult("echo 64 KiB", { ws: [reference], "uWebSockets.js": [] });
  const [ws, uws] = result.peers;
  const text = formatTable({ ...result, peers: [ws!, { ...uws!, unavailable: "no binary" }] });
  assert.match(
    text,
    /^uWebSockets\.js 1\.0\.0 does not run here: no binary\n.*MEASURED ELSEWHERE: 17\.6, with ws at 134/m,
  );
});

test("figures that say nothing are held against nothing", () => {
  const result = caseResult("echo 64 B, depth 1, text", { ws: [reference], "@anywire/websocket": [own] });
  assert.doesNotMatch(format(result, { judged: false }), /cheaper|goal|reached|MISSED/);
});
