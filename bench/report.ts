// The report of a run: one page in Markdown that says how it was made, its pictures, and all slices as JSON.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { charts } from "./charts.ts";
import type { Ratio } from "./goals.ts";
import type { Machine } from "./machine.ts";
import type { Measured } from "./results.ts";
import type { Sizes } from "./sizes.ts";
import { pairTables, ratioTable, startTable } from "./tables.ts";

export interface Report extends Measured {
  command: string;
  machine: Machine;
  loadBefore: number;
  loadAfter: number;
  sizes: Sizes;
  ratios: Ratio[];
}

/** Numbers with what digits they deserve. */
export function json(report: Report): string {
  const round = (_: string, value: unknown) => (typeof value === "number" ? Math.round(value * 1000) / 1000 : value);
  return `${JSON.stringify(report, round, 2)}\n`;
}

export function writeReport(folder: string, report: Report): void {
  mkdirSync(folder, { recursive: true });
  const files = { "README.md": markdown(report), "results.json": json(report), ...charts(report) };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
}

export function markdown(report: Report): string {
  const { machine, command, sizes } = report;
  const { "Unary calls, one after another": unary, ...others } = pairTables(report);
  const [throughput, streams, alone] = Object.entries(others).map(([title, table]) => `## ${title}\n\n${table}`);
  return `${[
    "# Benchmark",
    `Synapse's own RPC client and server beside their peers, measured in one run on ${machine.date.slice(0, 10)} by \`${command}\`.`,
    "What counts are the ratios: times and rates are those of one machine at one hour.",
    ...failures(report),
    "## Goals",
    "`measured` is the median of the slices' ratios, `pooled` the ratio of all slices together. Both protocols of Synapse are held against each goal. `bare` is Synapse's own client without what protects calls; of CPU time the difference is shown, in µs a call.",
    ratioTable(report.ratios),
    `## Unary calls, one after another\n\n${unary}\n\n![unary calls](unary.svg)`,
    `${throughput}\n\n![throughput](throughput.svg)`,
    `${streams}\n\n![streams](streams.svg)`,
    alone,
    `## Start-up and memory of an idle server\n\n${startTable(report)}\n\n![start-up and memory](startup.svg)`,
    "Medians. For Synapse it is the whole `claude` process as it is deployed, for the peers the bare server of this benchmark. Nothing is compiled before. Shared pages count for PSS in parts: the driver runs in Node as well, which favours what runs in Node.",
    "## Method",
    method(sizes),
    fairness,
    "## Machine",
    ...machineLines(report),
  ].join("\n\n")}\n`;
}

function failures({ pairs, starts }: Measured): string[] {
  const rows = [
    ...pairs.map(({ label, failed }) => ({ label, why: failed })),
    ...starts.map(({ label, failed, notMeasured }) => ({ label, why: failed ? notMeasured : "" })),
  ].filter(({ why }) => why !== "");
  return rows.map(({ label, why }) => `**Failed: ${label}.** \`${why}\``);
}

function method(sizes: Sizes): string {
  return `Client and server of each pair are processes of their own and talk over one connection on the loopback device, without TLS. The pairs take turns, slice by slice. After a warm-up of ${sizes.warmUpCalls} calls one after another, as many at 32 at a time, and a stream, there are: ${sizes.unarySlices} slices of ${sizes.unaryCalls} calls one after another; ${sizes.concurrentSlices} of ${sizes.concurrentCalls} calls with 32, and with 128 at a time; ${sizes.streamSlices} streams of ${sizes.streamMessages} messages; ${sizes.aloneSlices} slices of ${sizes.aloneRequests} requests by h2load on 4 connections with 16 streams each; ${sizes.starts} starts of each server. CPU time is that of whole processes, all threads. Each answer is looked at; one error makes a row void.`;
}

const fairness =
  "The job is the same for all: `ClaudeService.Plan` with a request of about 100 bytes and an answer of about 200, `StreamPlan` with messages of about 200; handlers give a ready-made answer, which each stack encodes as its users would. **Synapse runs with all it has in production**: validation, interceptors, deadlines, request ids, metrics. Its processes begin as all of Synapse's do, with [three changes](../../docs/decisions/changes-to-the-whole-process.md) to what they run on. The client of the `resilient` rows has all that protects calls around it, with the defaults of the library (but that slow calls do not fail) and one endpoint: deadline, idempotency keys, retry, time limits of attempts, pool, breaker, ejection, resumption of streams. **The peers run bare**, with the defaults their users get. `raw node:http2` is the floor: frames and trailers of gRPC around ready-made bytes, nothing decoded.";

function machineLines({ machine, loadBefore, loadAfter }: Report): string[] {
  const versions = Object.entries(machine.versions).map(([name, version]) => `${name} ${version}`);
  return [
    `${machine.cores} × ${machine.cpu}, ${machine.system}. Load average ${loadBefore.toFixed(2)} before, ${loadAfter.toFixed(2)} after.`,
    `${versions.join(", ")}.`,
  ];
}
