// The drill's rows as a table for people: what was done, what survived, what was seen; then every check that did not hold.
import { table } from "../table.ts";
import { figure } from "./checks.ts";
import type { Row, Seen } from "./drill.ts";

const head = ["what was done", "calls", "success", "p50", "p99", "attempts", "streams", "seen", "verdict"];

const seenWords: Readonly<Record<keyof Seen, string>> = {
  breakersOpened: "breakers opened",
  ejected: "ejected",
  failovers: "failovers",
  retries: "retries",
  retriesDenied: "retries denied",
  hedges: "hedges",
  panics: "panics",
};

export function shown(rows: readonly Row[], columns?: number): string {
  const lines = table([head, ...rows.map(cells)], columns);
  return `${[...lines, ...rows.flatMap(explained)].join("\n")}\n`;
}

function cells(row: Row): string[] {
  const { calls, successPercent, p50Ms, p99Ms, amplification, streams } = row;
  const { read, whole, resumed } = streams;
  return [
    row.title,
    calls === 0 ? "" : String(calls),
    calls === 0 ? "" : `${percent(successPercent)} %`,
    calls === 0 ? "" : `${figure(Math.round(p50Ms))} ms`,
    calls === 0 ? "" : `${figure(Math.round(p99Ms))} ms`,
    Number.isFinite(amplification) ? `${amplification.toFixed(3)} x` : "",
    read === 0 ? "" : `${whole}/${read}${resumed > 0 ? `, ${resumed} resumed` : ""}`,
    seen(row.seen),
    row.verdict,
  ];
}

/** Never rounded up to 100. */
const percent = (value: number) => (Math.floor(value * 100) / 100).toString();

function seen(all: Seen): string {
  const words = Object.entries(all).filter(([, count]) => count > 0);
  return words.map(([what, count]) => `${count} ${seenWords[what as keyof Seen]}`).join(", ") || "nothing";
}

/** Why a row failed, or was not measured. */
function explained(row: Row): string[] {
  if (row.verdict === "survived") return [];
  const title = `\n${row.title} (${row.id}): ${row.verdict}`;
  if (row.verdict === "not measured") {
    return [
      title,
      `  the drill's own processes were ${Math.round(row.lagP99Ms)} ms late, twice: try on a quieter machine`,
    ];
  }
  return [
    title,
    ...row.checks.filter(({ holds }) => !holds).map(({ what, wanted, got }) => `  ${what}: ${got}, wanted ${wanted}`),
    ...row.errors.map(([words, times]) => `  ${times} x ${words}`),
    ...row.deaths.map((death) => `  ${death}`),
  ];
}
