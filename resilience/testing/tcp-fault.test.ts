import { describe, expect, it } from "vitest";
import { tcpFaultOf } from "./tcp-fault.ts";

describe("a TCP fault from JSON", () => {
  it.each([
    [{ kind: "none" }, { kind: "none" }],
    [
      { kind: "latency", ms: 5 },
      { kind: "latency", ms: 5, jitterMs: 0 },
    ],
    [{ kind: "reset" }, { kind: "reset", afterBytes: 0 }],
    [
      { kind: "trickle", bytes: 1, everyMs: 1000 },
      { kind: "trickle", bytes: 1, everyMs: 1000 },
    ],
    [
      { type: "latency", attributes: { latency: 200, jitter: 20 } },
      { kind: "latency", ms: 200, jitterMs: 20 },
    ],
    [
      { type: "bandwidth", attributes: { rate: 8 } },
      { kind: "bandwidth", bytesPerSecond: 8000 },
    ],
    [
      { type: "slicer", attributes: { average_size: 3, delay: 20_000 } },
      { kind: "trickle", bytes: 3, everyMs: 20 },
    ],
    [
      { type: "limit_data", attributes: { bytes: 99 } },
      { kind: "cut", afterBytes: 99 },
    ],
    [{ type: "reset_peer" }, { kind: "reset", afterBytes: 0 }],
    [{ type: "timeout" }, { kind: "half-open", afterBytes: 0 }],
  ])("%j is %j", (given, fault) => expect(tcpFaultOf(given)).toEqual(fault));

  it.each([
    [{ kind: "rain" }, "kind must be one of"],
    [undefined, "kind must be one of"],
    [{ kind: "toString" }, "kind must be one of"],
    [{ kind: "latency" }, "ms must be a whole number from 0, got undefined"],
    [{ kind: "latency", ms: -1 }, "ms must be a whole number from 0, got -1"],
    [{ kind: "bandwidth", bytesPerSecond: 0 }, "bytesPerSecond must be a whole number from 1, got 0"],
    [{ kind: "cut", bytes: 3 }, "bytes is not known here: take afterBytes"],
  ])("%j is refused: %s", (given, words) => expect(() => tcpFaultOf(given)).toThrow(words));

  it("tells all its problems at once", () => {
    expect(() => tcpFaultOf({ kind: "latency", ms: -1, jitterMs: "x" })).toThrow(/ms must .*\n?jitterMs must /s);
  });
});
