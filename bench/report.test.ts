// The report: says what failed, makes no number up, and its pictures are drawn to scale.
import { describe, expect, it } from "vitest";
import { charts } from "./charts.ts";
import { ratios } from "./goals.ts";
import { json, markdown, type Report } from "./report.ts";
import { quick } from "./sizes.ts";
import { number } from "./table.ts";
import { measuredWith, pairWith, startWith } from "./testing.ts";

const measured = measuredWith(
  [
    pairWith("python", { p50: [100, 100], rate32: [10] }),
    pairWith("synapse-grpc", { p50: [50, 50], rate32: [20] }),
    { ...pairWith("grpc-js", { p50: [7777] }), failed: "the server of grpc-js ended with 1" },
  ],
  [startWith("claude", [500]), startWith("claude-bundled", [])],
);
const report: Report = {
  ...measured,
  command: "npm run bench -- --quick",
  machine: { date: "2026-01-02T03:04:05Z", system: "Linux 6", cpu: "A & B", cores: 2, versions: { node: "24.1.0" } },
  loadBefore: 0.5,
  loadAfter: 1.5,
  sizes: quick,
  ratios: ratios(measured),
};

describe("report", () => {
  const page = markdown(report);
  it("says how, where and with what it was made", () => {
    for (const words of [
      "2026-01-02",
      "npm run bench -- --quick",
      "2 × A & B",
      "0.50 before, 1.50 after",
      "node 24.1.0",
    ])
      expect(page).toContain(words);
  });

  it("says which row failed and why, and shows none of its numbers", () => {
    expect(page).toContain("**Failed: grpc-js.** `the server of grpc-js ended with 1`");
    expect(page).toMatch(/\| grpc-js \(failed\) +\| +– \|/);
    expect(page).not.toContain("7,777");
  });

  it("says what was not measured", () => {
    expect(page).toContain("Not measured: h2load is not there.");
    expect(page).toMatch(/\| claude-bundled \(not measured\) +\| +– \|/);
    expect(page).toMatch(/start-up, bundled \/ unbundled +\| +– \| +– \| ≤ 0.40 \| +– \| not measured \|/);
  });

  it("has the ratio with its goal", () => {
    expect(page).toMatch(/\| unary p50 \/ Python, gRPC +\| +0.50 \| +0.50 \| ≤ 0.70 \| +≤ 0.60 \| +stretch \|/);
  });

  it("keeps every slice in results.json", () => {
    expect(JSON.parse(json(report)).pairs[1].unary).toEqual(measured.pairs[1]!.unary);
  });
});

describe("charts", () => {
  it("draw bars to scale, ours in the accent colour, none for a failed row", () => {
    const svg = charts(measured)["unary.svg"]!;
    const bars = [...svg.matchAll(/<rect class="(ours|peer)".*? width="([\d.]+)"/g)].map(([, kind, width]) => ({
      kind,
      width: Number(width),
    }));
    const [python, synapse] = bars;
    expect(bars.map(({ kind }) => kind)).toEqual(["peer", "ours", "peer", "ours", "peer", "ours"]);
    expect(synapse!.width / python!.width).toBeCloseTo(0.5, 2);
    expect(svg).not.toContain("grpc-js");
  });
});

describe("numbers", () => {
  it.each([
    [0.456, "0.46"],
    [12.34, "12.3"],
    [1234.5, "1,235"],
    [Number.NaN, "–"],
    [undefined, "–"],
  ])("%d reads %s", (value, text) => expect(number(value)).toBe(text));
});
