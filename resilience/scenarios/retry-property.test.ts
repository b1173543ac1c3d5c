import { array, asyncProperty, constantFrom, assert as holds, integer, option, record } from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { Code, ConnectError } from "#core/failure.ts";
import { seeded } from "#core/rng.ts";
import type { CallError, CallFault } from "../testing/call-fault.ts";
import { retried, settled } from "../testing/retried.ts";

describe("retry by any script", () => {
  it("25. whatever happens: attempts, time and the last error are within what was promised", async () => {
    const anError = record<CallError>(
      {
        code: constantFrom(
          Code.Unavailable,
          Code.ResourceExhausted,
          Code.Internal,
          Code.NotFound,
          Code.DeadlineExceeded,
        ),
        origin: constantFrom("peer", "unsent", "refused", "broken-before-headers", "untold"),
        metadata: constantFrom(
          {},
          { "retry-after": "1" },
          { "grpc-retry-pushback-ms": "-1" },
          { "retry-after-ms": "30" },
        ),
      },
      { requiredKeys: [] },
    );
    const aFault = record(
      {
        delayMs: integer({ min: 0, max: 400 }),
        error: option(anError, { nil: undefined, freq: 10 }),
        hang: constantFrom(false, false, true),
      },
      { requiredKeys: [] },
    );
    const aCall = record({
      faults: array(aFault, { maxLength: 7 }),
      timeoutMs: integer({ min: 1, max: 2000 }),
      maxAttempts: integer({ min: 2, max: 5 }),
      isStream: constantFrom(true, false),
      leavesAtMs: option(integer({ min: 0, max: 1500 }), { nil: undefined }),
      seed: integer(),
    });
    const promised = asyncProperty(
      aCall,
      async ({ faults: given, timeoutMs, maxAttempts, isStream, leavesAtMs, seed }) => {
        const script = given.map((fault, i) => scripted(fault, i, isStream));
        const { codex, clock, faults, told } = retried({ script, retry: { maxAttempts, rng: seeded(seed) } });
        const caller = new AbortController();
        const listeners = vi.spyOn(caller.signal, "addEventListener");
        const lifted = vi.spyOn(caller.signal, "removeEventListener");
        const options = { timeoutMs, signal: caller.signal };
        const call: Promise<unknown> = isStream
          ? Array.fromAsync(codex.streamExecute({}, options))
          : codex.execute({}, options);
        const leaves = clock.after(leavesAtMs ?? 10_000, () => caller.abort());
        const { error, at } = await settled(call, clock, 5000);
        leaves();

        const repicks = told.filter((one) => one.kind === "retrying" && one.delayMs === 0).length;
        expect(faults.seen.length).toBeLessThanOrEqual(maxAttempts + 1);
        const numbers = faults.seen.map(({ header }) => Number(header.get("grpc-previous-rpc-attempts") ?? 0) + 1);
        expect(Math.max(0, ...numbers)).toBeLessThanOrEqual(maxAttempts);
        expect(faults.seen.length - Math.max(0, ...numbers)).toBeLessThanOrEqual(repicks);
        for (const { atMs, timeoutMs: its } of faults.seen) {
          expect(atMs).toBeLessThan(timeoutMs);
          expect(atMs + its!).toBeLessThanOrEqual(timeoutMs);
        }
        if (error !== undefined) expect(at).toBeLessThanOrEqual(timeoutMs + 1);
        const last = script[faults.seen.length - 1];
        if (
          error instanceof ConnectError &&
          last?.error &&
          error.code !== Code.Canceled &&
          !/deadline/.test(error.rawMessage)
        )
          expect(error.rawMessage).toBe(last.error.message);
        if (error === undefined && !isStream) expect(last?.error ?? last?.hang ?? undefined).toBeFalsy();
        expect(clock.pending).toBe(0);
        expect(faults.open).toBe(0);
        expect(lifted.mock.calls.length).toBeGreaterThanOrEqual(
          caller.signal.aborted ? 0 : listeners.mock.calls.length,
        );
      },
    );
    await holds(promised, { numRuns: Number(process.env.SEEDS ?? 500) });
  });
});

/** A fault of which the n-th is known by its words. */
function scripted(
  fault: { [K in keyof CallFault]: CallFault[K] | undefined },
  i: number,
  isStream: boolean,
): CallFault {
  const error = fault.error && { ...fault.error, message: `error ${i + 1}` };
  return { ...fault, error, ...(isStream && i % 2 === 1 ? { afterMessages: i % 3 } : {}) } as CallFault;
}
