// The bill of a run as a table: what each engine cost in each attempt, and what of it was for nothing.
import { Reason, ReasonSchema } from "#gen/synapse/v1/failure_pb.ts";
import type { Usage } from "#gen/synapse/v1/usage_pb.ts";
import type { GetUsageResponse, UsageLine } from "#gen/synapse/v1/workflow_pb.ts";
import { type Cell, table } from "./table.ts";
import type { Output } from "./terminal.ts";
import { budgetWords, costWords, marked, marks, payerWords } from "./usage-words.ts";
import { displayWidth } from "./width.ts";
import { wordOf } from "./words.ts";

const head = ["STEP", "ATTEMPT", "ENGINE", "PAYER", "IN", "CACHED", "WRITTEN", "OUT", "REASONING", "COST", ""];
/** These are numbers, and stand to the right. */
const numbers = [1, 4, 5, 6, 7, 8, 9];
/** Left out of a narrow screen where they say nothing: only first attempts, only 0. */
const spare: Readonly<Record<number, readonly string[]>> = { 1: ["1", ""], 5: ["0"], 6: ["0"], 8: ["0"] };

/** The lines of the table, with a legend of the marks that are in it; `columns` undefined: nothing is left out. */
export function usageTable(bill: GetUsageResponse, style: Output["style"], columns?: number): string[] {
  const { total, wasted, lines } = bill;
  if (total === undefined) return ["nothing was spent"];
  const rows = [
    head,
    ...lines.map(lineCells),
    ["total", "", "", payerWords(total.payer), ...amountCells(total), ""],
    ...(wasted ? [["wasted", "", "", payerWords(wasted.payer), ...amountCells(wasted), "part of the total"]] : []),
  ];
  const [first = "", ...others] = fitting(rows, columns);
  return [style("dim", first), ...others, ...legend(rows).map((line) => style("dim", line))];
}

function fitting(rows: readonly (readonly string[])[], columns: number | undefined): string[] {
  const all = table(rows.map(aligned), columns);
  if (columns === undefined || all.every((line) => displayWidth(line) <= columns)) return all;
  const [, ...body] = rows;
  const isIdle = (column: number) => body.every((row) => spare[column]?.includes(row[column] ?? ""));
  return table(
    rows.map((row) => aligned(row).filter((_, column) => !isIdle(column))),
    columns,
  );
}

/** What was spent of the budget; nothing when there is none. */
export function budgetLines({ budget }: Pick<GetUsageResponse, "budget">, style: Output["style"]): string[] {
  const words = budget ? budgetWords(budget) : "";
  return words === "" ? [] : [`${style("dim", "budget ")}  ${words}`];
}

function lineCells({ stepId, attempt, engine, usage, discarded, reason }: UsageLine): string[] {
  const why = reason === Reason.UNSPECIFIED ? "" : `: ${wordOf(ReasonSchema, reason)}`;
  return [
    stepId,
    attempt === 0 ? "" : String(attempt),
    engine,
    payerWords(usage?.payer ?? 0),
    ...amountCells(usage),
    discarded ? `wasted${why}` : "",
  ];
}

function amountCells(usage: Usage | undefined): string[] {
  if (usage === undefined) return Array<string>(6).fill(marks.unknown);
  const { provenance, inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens, reasoningTokens } = usage;
  const counts = [inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens, reasoningTokens];
  return [...counts.map((count) => marked(count, provenance)), costWords(usage)];
}

function aligned(row: readonly string[]): Cell[] {
  return row.map((text, column) => ({ text, isNumber: numbers.includes(column) }));
}

function legend(rows: readonly string[][]): string[] {
  const cells = rows.flatMap((row) => numbers.map((column) => row[column] ?? ""));
  const words = [
    cells.some((cell) => cell.startsWith(marks.estimated)) && `${marks.estimated} estimated`,
    cells.some((cell) => cell.startsWith(marks.atLeast)) && `${marks.atLeast} at least: not all is known`,
    cells.includes(marks.unknown) && `${marks.unknown} not known`,
  ].filter((word) => word !== false);
  return words.length === 0 ? [] : ["", words.join("   ")];
}
