import { describe, expect, it } from "vitest";
import type { BreakerKind } from "#resilience/breaker/breaker.ts";
import type { Noted } from "../figures.ts";
import { flapping } from "./flapping.ts";

const change = (seconds: number, to: BreakerKind, restS = 0): Noted["happenings"][number] => ({
  atMs: seconds * 1000,
  happening: {
    ...{ kind: "breaker-changed", endpoint: "http://a", service: "s", from: "closed", reason: "" },
    ...{ to, restMs: restS * 1000 },
  },
});

/** The checks that do not hold when its breaker changed so. */
function broken(...happenings: Noted["happenings"]) {
  const noted: Noted = {
    ...{
      startMs: 0,
      endMs: 60_000,
      marks: {},
      hung: 0,
      burst: [],
      attempts: [],
      streams: [],
      streamRuns: [],
      deaths: [],
    },
    ...{ calls: [{ dueMs: 0, tookMs: 20, error: undefined }], urls: ["http://a", "http://b"], happenings },
  };
  const checks = flapping.judge(noted, { seconds: 60, isQuick: false });
  return checks.filter(({ holds }) => !holds).map(({ what, got }) => `${what}: ${got}`);
}

describe("the breaker of one that flaps", () => {
  it("rests twice as long each time, a tenth more or less", () => {
    expect(broken(change(1, "open", 30), change(32, "open", 66), change(99, "open", 108))).toEqual([]);
    expect(broken(change(1, "open", 30), change(32, "open", 31))).toEqual(["rests that did not double: 1"]);
    expect(broken(change(1, "open", 34))).toEqual(["rests that did not double: 1"]);
  });

  it("has not recovered when health checks let it back before its rest was over", () => {
    const back = [change(6, "half-open"), change(6, "closed")];
    expect(broken(change(1, "open", 30), ...back, change(40, "open", 30))).toEqual(["rests that did not double: 1"]);
    expect(broken(change(1, "open", 30), ...back, change(42, "open", 30))).toEqual([]);
  });

  it("changes no more than six times within a minute", () => {
    const six = Array.from({ length: 6 }, (_, at) => change(1 + at * 9, "half-open"));
    expect(broken(change(0, "open", 30), ...six.slice(1))).toEqual([]);
    expect(broken(change(0, "open", 30), ...six)).toEqual(["changes of its breaker within a minute: 7"]);
  });
});
