import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { manualClock } from "#core/manual-clock.ts";
import { seeded } from "#core/rng.ts";
import type { Lease, Verdict } from "../call/outcome.ts";
import { ConfigError } from "../problem.ts";
import {
  type Circuit,
  type CircuitChange,
  type CircuitOptions,
  circuit,
  circuitDefaults,
  circuitProblems,
} from "./circuit.ts";

const numRuns = Number(process.env.SEEDS ?? 200);

/** A circuit on a clock that moves at a word. */
function setUp(options: Partial<CircuitOptions> = {}) {
  let now = 0;
  const changes: CircuitChange[] = [];
  const made = circuit({
    jitter: 0,
    rng: seeded(1),
    ...options,
    onChange: (change) => changes.push(change),
    clock: { ...manualClock(), now: () => now },
  });
  const pass = (ms: number) => {
    now += ms;
  };
  const call = (...verdicts: Verdict[]) => {
    for (const verdict of verdicts) take(made).release(verdict);
  };
  return { circuit: made, changes, pass, call };
}

function take(from: Circuit): Lease {
  const admission = from.admit();
  if (!admission.admitted) throw new Error(`refused for ${admission.restMs} ms`);
  return admission.lease;
}

const trip: Verdict[] = ["fail", "fail", "fail"];

describe("circuit", () => {
  it("tells of its changes, and why", () => {
    const { circuit, changes, pass, call } = setUp();
    call(...trip);
    pass(30_000);
    call("slow");
    pass(60_000);
    call("ok", "ok");
    expect(changes).toEqual([
      { from: "closed", to: "open", reason: "3 failures in a row", restMs: 30_000 },
      { from: "open", to: "half-open", reason: "rested 30000 ms", restMs: 0 },
      { from: "half-open", to: "open", reason: "the probe was slow", restMs: 60_000 },
      { from: "open", to: "half-open", reason: "rested 60000 ms", restMs: 0 },
      { from: "half-open", to: "closed", reason: "2 probes passed", restMs: 0 },
    ]);
    expect(circuit.stats()).toEqual({ calls: 6, probes: 3, rejected: 0, failures: 3, late: 0, opens: 2 });
  });

  it("rests longer again when it fails while it takes back its load, and from the start when it does later", () => {
    const { circuit, pass, call } = setUp();
    call(...trip);
    pass(30_000);
    call("ok", "ok");
    pass(9_999);
    call(...trip);
    expect(circuit.restMs).toBe(60_000);
    pass(60_000);
    call("ok", "ok");
    pass(10_000);
    call(...trip);
    expect(circuit.restMs).toBe(30_000);
  });

  it("spreads its rests by a tenth, so that many of them do not probe at once", () => {
    const rests = [1, 2, 3, 4, 5, 6, 7, 8].map((seed) => {
      const { circuit, call } = setUp({ jitter: 0.1, rng: seeded(seed) });
      call(...trip);
      return circuit.restMs;
    });
    expect(new Set(rests).size).toBe(8);
    expect(Math.min(...rests)).toBeGreaterThanOrEqual(27_000);
    expect(Math.max(...rests)).toBeLessThanOrEqual(33_000);
  });

  it("draws anew for every rest", () => {
    const { changes, pass, call } = setUp({ jitter: 0.1, resetBackoff: 1 });
    call(...trip);
    for (let n = 0; n < 9; n++) {
      pass(40_000);
      call("fail");
    }
    const rests = changes.filter(({ to }) => to === "open").map(({ restMs }) => restMs);
    expect(rests).toHaveLength(10);
    expect(new Set(rests).size).toBeGreaterThan(5);
  });

  it("takes a late result that says nothing for none", () => {
    const { circuit, call } = setUp();
    const [one, other] = [take(circuit), take(circuit)];
    call(...trip);
    one.release("neutral");
    other.release("ok");
    expect(circuit.stats().late).toBe(1);
  });

  it("is not closed by a peer that is at its limit", () => {
    const { circuit, pass, call } = setUp();
    call(...trip);
    pass(30_000);
    call("soft-fail");
    expect(circuit.kind).toBe("open");
  });

  it("may probe early when health checks pass, but is not closed by them", () => {
    const { circuit, call } = setUp();
    circuit.mayProbe();
    expect(circuit.kind).toBe("closed");
    call(...trip);
    circuit.mayProbe();
    expect([circuit.kind, circuit.restMs]).toEqual(["half-open", 0]);
    call("fail");
    expect(circuit.restMs).toBe(60_000);
  });

  it("can be forced open, off and back", () => {
    const { circuit, call, pass } = setUp();
    const early = take(circuit);
    circuit.force("forced-open");
    pass(1e9);
    expect([circuit.kind, circuit.admit()]).toEqual(["forced-open", { admitted: false, restMs: 30_000 }]);
    circuit.force("disabled");
    call(...trip, ...trip);
    expect(circuit.kind).toBe("disabled");
    circuit.force("closed");
    early.release("fail");
    call("fail", "fail");
    expect([circuit.kind, circuit.weight, circuit.stats().late]).toEqual(["closed", 1, 1]);
  });

  it("refuses options that cannot work, all at once", () => {
    const wrong = { resetBackoff: 0.5, jitter: 1, successLimit: 0, probeTimeoutMs: 0, rampMs: -1, restMs: 400_000 };
    expect(() => circuit(wrong)).toThrow(ConfigError);
    expect(circuitProblems({ ...circuitDefaults, ...wrong }).map(({ path }) => path)).toEqual([
      "resetBackoff",
      "restMs",
      "jitter",
      "successLimit",
      "probeTimeoutMs",
      "rampMs",
    ]);
  });

  it("holds what it promises whatever happens", () => {
    const step = fc.oneof(
      { weight: 5, arbitrary: fc.record({ do: fc.constant("admit" as const) }) },
      {
        weight: 5,
        arbitrary: fc.record({
          do: fc.constant("release" as const),
          which: fc.nat(20),
          verdict: fc.constantFrom<Verdict>("ok", "ok", "slow", "fail", "fail", "soft-fail", "neutral"),
        }),
      },
      { weight: 2, arbitrary: fc.record({ do: fc.constant("pass" as const), ms: fc.nat(20_000) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant("probe" as const) }) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), fc.boolean(), (steps, isPlain) => {
        const { circuit, changes, pass } = setUp({
          jitter: 0.1,
          probeTimeoutMs: 5000,
          ...(isPlain ? { window: undefined, slow: undefined, resetBackoff: 1, successLimit: 1 } : {}),
        });
        const out: { lease: Lease; isProbe: boolean; since: number }[] = [];
        let now = 0;
        let told = 0;
        for (const step of steps) {
          const before = circuit.kind;
          const restMs = circuit.restMs;
          if (step.do === "pass") {
            pass(step.ms);
            now += step.ms;
          } else if (step.do === "probe") circuit.mayProbe();
          else if (step.do === "release") {
            const [held] = out.splice(step.which % Math.max(1, out.length), 1);
            held?.lease.release(step.verdict);
            // Given back twice is given back once.
            const stats = circuit.stats();
            held?.lease.release("fail");
            expect(circuit.stats()).toEqual(stats);
            // Only a probe moves one that is not closed.
            if (before !== "closed" && !held?.isProbe) expect(circuit.kind).toBe(before);
          } else {
            const admission = circuit.admit();
            if (before === "open" && restMs > 0) expect(admission.admitted).toBe(false);
            if (before === "closed") expect(admission).toMatchObject({ admitted: true, isProbe: false });
            if (!admission.admitted) expect(admission.restMs).toBeGreaterThan(0);
            if (admission.admitted) out.push({ lease: admission.lease, isProbe: admission.isProbe, since: now });
          }
          // At most one probe is out that is not overdue.
          if (circuit.kind === "half-open")
            expect(out.filter(({ isProbe, since }) => isProbe && now - since < 5000).length).toBeLessThanOrEqual(1);
          expect(circuit.weight).toBeGreaterThanOrEqual(0.1);
          expect(circuit.weight).toBeLessThanOrEqual(1);
          expect(circuit.kind === "open" || circuit.restMs === 0).toBe(true);
          // Each change begins where the last one ended.
          for (; told < changes.length; told++)
            expect(changes[told]?.from).toBe(told === 0 ? "closed" : changes[told - 1]?.to);
        }
      }),
      { numRuns },
    );
  });
});
