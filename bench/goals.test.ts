// Goals: what counts as reached, for each row of ours, and what a void or a missing row leads to.
import { describe, expect, it } from "vitest";
import { goals, protectionGoals, ratios } from "./goals.ts";
import { measuredWith, pairWith, startWith } from "./testing.ts";

const p50 = (measured: ReturnType<typeof ratios>) => measured.filter(({ says }) => says === "unary p50 / Python");

describe("ratios", () => {
  it("judge each row of ours by the median of its slices, beside the pooled ratio", () => {
    const measured = measuredWith([
      pairWith("python", { p50: [100, 200, 100] }),
      pairWith("synapse-grpc", { p50: [65, 130, 325] }),
      pairWith("synapse-connect", { p50: [50, 100, 50] }),
    ]);
    expect(p50(ratios(measured))).toMatchObject([
      { protocol: "gRPC", measured: 0.65, pooled: 1.3, reached: "yes" },
      { protocol: "Connect", measured: 0.5, pooled: 0.5, reached: "stretch" },
    ]);
  });

  it("want rates to be high and times to be low", () => {
    const twice = { p50: [200], rate32: [200] };
    const measured = measuredWith([
      pairWith("python", { p50: [100], rate32: [100] }),
      pairWith("grpc-js", { rate32: [100] }),
      pairWith("synapse-grpc", twice),
    ]);
    const reached = Object.fromEntries(ratios(measured).map(({ says, reached }) => [says, reached]));
    expect(reached).toMatchObject({
      "unary p50 / Python": "no",
      "calls/s, 32 at a time / Python": "yes",
      "calls/s, 32 at a time / grpc-js": "stretch",
      "messages/s / Python": "not measured",
    });
  });

  it("hold protected rows against bare ones, and them alone against peers", () => {
    const measured = ratios(
      measuredWith([
        pairWith("synapse-grpc", { p50: [100, 200], clientCpu: [100, 300], rate32: [10] }),
        pairWith("synapse-resilient-grpc", { p50: [110, 220], clientCpu: [130, 332], rate32: [7] }),
        pairWith("python", { p50: [100, 200], rate32: [10] }),
      ]),
    );
    expect(measured.filter(({ says }) => says.includes("bare"))).toMatchObject([
      { says: "client CPU more than bare, µs", protocol: "gRPC", measured: 31, pooled: 31, reached: "yes" },
      { says: "unary p50 / bare", measured: expect.closeTo(1.1), reached: "yes" },
      { says: "calls/s, 32 at a time / bare", measured: 0.7, reached: "no" },
    ]);
    expect(p50(measured)).toMatchObject([{ measured: 1 }]);
  });

  it("never give a number for a void row, ours or theirs", () => {
    const [ours, python] = [pairWith("synapse-grpc", { p50: [1] }), pairWith("python", { p50: [1] })];
    for (const pairs of [
      [{ ...ours, failed: "no answer" }, python],
      [ours, { ...python, failed: "no answer" }],
    ]) {
      const [ratio] = p50(ratios(measuredWith(pairs)));
      expect(ratio).toMatchObject({ reached: "failed" });
      expect(ratio).not.toHaveProperty("measured");
    }
  });

  it("hold the bundle's start-up against the plain one, when there is a bundle", () => {
    const bundle = (slices: number[]) =>
      ratios(measuredWith([], [startWith("claude", [500, 600]), startWith("claude-bundled", slices)])).at(-1);
    expect(bundle([150, 180])).toMatchObject({ measured: 0.3, reached: "yes" });
    expect(bundle([])).toMatchObject({ reached: "not measured" });
  });

  it("have a stretch beyond every goal", () => {
    for (const { atMost, goal, stretch } of [...goals, ...protectionGoals])
      expect(atMost ? goal - stretch : stretch - goal).toBeGreaterThan(0);
  });
});
