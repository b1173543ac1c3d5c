// What became of mutants, from Stryker's report: counts, a table, and those that no test noticed.

export interface Mutant {
  readonly status: string;
  readonly replacement?: string;
  readonly location: { readonly start: Place; readonly end: Place };
}

interface Place {
  readonly line: number;
  readonly column: number;
}

export interface Report {
  readonly files: Readonly<Record<string, { readonly source: string; readonly mutants: readonly Mutant[] }>>;
}

export interface Row {
  readonly name: string;
  readonly mutants: number;
  readonly killed: number;
  readonly survived: number;
  /** No test runs the code. */
  readonly uncovered: number;
  readonly timedOut: number;
}

const counted = ["mutants", "killed", "survived", "uncovered", "timedOut"] as const;

function row(name: string, mutants: readonly Mutant[]): Row {
  const count = (...statuses: string[]) => mutants.filter(({ status }) => statuses.includes(status)).length;
  return {
    name,
    mutants: mutants.length - count("Ignored"),
    // RuntimeError: a test file does not even load.
    killed: count("Killed", "RuntimeError"),
    survived: count("Survived"),
    uncovered: count("NoCoverage"),
    timedOut: count("Timeout"),
  };
}

/** By file. */
export function rowsOf({ files }: Report): Row[] {
  return Object.keys(files)
    .toSorted()
    .map((path) => row(path, files[path]!.mutants));
}

export function sum(name: string, rows: readonly Row[]): Row {
  const total = { mutants: 0, killed: 0, survived: 0, uncovered: 0, timedOut: 0 };
  for (const each of rows) for (const key of counted) total[key] += each[key];
  return { name, ...total };
}

/** In percent; one that never ends is noticed too. */
export const scoreOf = ({ mutants, killed, timedOut }: Row) => (100 * (killed + timedOut)) / mutants;

export function table(rows: readonly Row[]): string {
  const head = ["file", "mutants", "killed", "survived", "no coverage", "timed out", "score"];
  const cells = rows.map((each) => [
    each.name,
    ...counted.map((key) => String(each[key])),
    `${scoreOf(each).toFixed(1)} %`,
  ]);
  const lines = [head, ...cells];
  const widths = head.map((_, at) => Math.max(...lines.map((line) => line[at]!.length)));
  const padded = (line: string[]) =>
    line.map((cell, at) => (at === 0 ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!)));
  return lines.map((line) => padded(line).join("  ")).join("\n");
}

/** One line for each mutant that no test noticed: where, what stood there, what stands there now. */
export function survivors({ files }: Report): string[] {
  return Object.entries(files).flatMap(([path, { source, mutants }]) => {
    const lines = source.split("\n");
    const missed = mutants.filter(({ status }) => status === "Survived" || status === "NoCoverage");
    const sorted = missed.toSorted((a, b) => a.location.start.line - b.location.start.line);
    return sorted.map(({ location: { start, end }, replacement = "" }) => {
      const whole = lines.slice(start.line - 1, end.line);
      const last = whole.pop()!.slice(0, end.column - 1);
      const was = [...whole, last].join(" ").slice(start.column - 1);
      return `${path}:${start.line}:${start.column}  ${short(was)}  ->  ${short(replacement)}`;
    });
  });
}

function short(code: string): string {
  const line = code.replace(/\s+/g, " ");
  return line.length > 70 ? `${line.slice(0, 69)}…` : line;
}
