/** The report to read: one table for each case. Pure. */

import { type Comparison, compare, type Judgement } from "./comparison.ts";
import type { MeasuredElsewhere } from "./measured-elsewhere.ts";
import type { CaseResult } from "./results.ts";
import { type Summary, spread } from "./statistics.ts";

/** From here on the load was so busy that it, and not the server, may have made the latency. */
const busy = 0.9;

interface Column {
  readonly title: string;
  cell(row: Comparison): string;
}

function columnsOf(unit: string): readonly Column[] {
  return [
    { title: "", cell: ({ peer, version }) => `${peer} ${version}` },
    { title: `CPU µs/${unit === "message" ? "msg" : unit}`, cell: ({ cpu }) => withSpread(cpu, 2) },
    { title: "user", cell: ({ user }) => median(user, 2) },
    { title: "system", cell: ({ system }) => median(system, 2) },
    {
      title: `${unit}s/CPU s`,
      cell: ({ cpu }) => (cpu === undefined || unit === "message" ? "" : (1_000_000 / cpu.median).toFixed(0)),
    },
    { title: "B/connection", cell: ({ rssPerConnection }) => withSpread(rssPerConnection, 0) },
    { title: "to reference", cell: ratioCell },
    { title: "goal", cell: ({ goals }) => goals.map(goalText).join(", ") },
    { title: "p50 µs", cell: ({ p50 }) => median(p50, 0) },
    { title: "p99 µs", cell: ({ p99 }) => median(p99, 0) },
    { title: "RSS MiB", cell: ({ rss }) => (rss === undefined ? "" : (rss.median / 2 ** 20).toFixed(0)) },
    { title: "load CPU", cell: loadCell },
  ];
}

export interface TableOptions {
  /** Whether the figures are good enough to be held against the goals. */
  readonly judged: boolean;
}

export function formatTable(result: CaseResult, { judged }: TableOptions): string {
  const rows = judged ? compare(result) : compare(result).map((row) => ({ ...row, goals: [], ratio: undefined }));
  const measured = rows.filter(({ rss }) => rss !== undefined);
  const used = columnsOf(result.unit).filter(
    ({ title, cell }) => title === "" || measured.some((row) => cell(row) !== ""),
  );
  const cells = [used.map(({ title }) => title), ...measured.map((row) => used.map(({ cell }) => cell(row)))];
  const lines = [
    headline(result),
    ...(measured.length > 0 ? align(cells) : []),
    ...rows.flatMap((row) => remarks(row, result.peers[0]?.peer ?? "")),
  ];
  if (measured.some(({ loadShare }) => isBusy(loadShare)))
    lines.push("! the load was the bottleneck: read its latency as an upper bound");
  return `${lines.join("\n")}\n`;
}

/** Why a peer has no figures. */
function remarks(row: Comparison, reference: string): string[] {
  const { peer, version, disqualified, unavailable, elsewhere } = row;
  if (disqualified !== undefined) return [`${peer} ${version} DISQUALIFIED: ${disqualified}`];
  if (unavailable === undefined) return [];
  const told = elsewhere === undefined ? "" : elsewhereText(elsewhere, reference);
  return [`${peer} ${version} does not run here: ${unavailable}${told}`];
}

function elsewhereText({ peer, figure, reference }: MeasuredElsewhere, name: string): string {
  return `\n${peer}, MEASURED ELSEWHERE: ${figure}, with ${name} at ${reference} beside it`;
}

function headline({ name, connections, messages, unit, peers }: CaseResult): string {
  const rounds = Math.max(...peers.map((peer) => peer.rounds.length));
  const counted = messages > 0 ? `${messages.toLocaleString("en")} ${unit}s, ` : "";
  const opened = connections > 0 ? `${connections.toLocaleString("en")} connections, ` : "";
  return `${name} (${opened}${counted}${rounds} ${rounds === 1 ? "round" : "rounds"})`;
}

function ratioCell({ ratio, cpu }: Comparison): string {
  if (ratio === undefined) return "";
  const text = `${ratio.median.toFixed(2)}${cpu === undefined ? " of it" : "× cheaper"}`;
  return ratio.least === ratio.most ? text : `${text} (${ratio.least.toFixed(2)}–${ratio.most.toFixed(2)})`;
}

function goalText({ kind, value, against, ratio, reached }: Judgement): string {
  const goal = kind === "cheaper" ? `≥ ${value}×` : `≤ ${value}`;
  const other = against === undefined ? "" : ` ${against}`;
  const own = against === undefined || ratio === undefined ? "" : ` (${ratio.median.toFixed(2)})`;
  return `${goal}${other}${reached === undefined ? "" : reached ? " reached" : " MISSED"}${own}`;
}

function loadCell({ loadShare }: Comparison): string {
  return loadShare === undefined ? "" : `${percent(loadShare.median)}${isBusy(loadShare) ? " !" : ""}`;
}

function isBusy(loadShare: Summary | undefined): boolean {
  return loadShare !== undefined && loadShare.median >= busy;
}

function withSpread(summary: Summary | undefined, digits: number): string {
  return summary === undefined ? "" : `${summary.median.toFixed(digits)} ±${percent(spread(summary))}`;
}

function median(summary: Summary | undefined, digits: number): string {
  return summary === undefined ? "" : summary.median.toFixed(digits);
}

function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}

/** The first column to the left, the figures to the right. */
function align(cells: readonly (readonly string[])[]): string[] {
  const widths = cells[0]?.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0))) ?? [];
  return cells.map((row) =>
    row.map((cell, n) => (n === 0 ? cell.padEnd(widths[n] ?? 0) : cell.padStart(widths[n] ?? 0))).join("  "),
  );
}
