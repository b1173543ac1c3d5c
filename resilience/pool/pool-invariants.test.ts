import { getEventListeners } from "node:events";
import { createContextValues } from "@connectrpc/connect";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ConnectError } from "#core/failure.ts";
import type { CallFault } from "../testing/call-fault.ts";
import { strategies } from "./options.ts";
import { attempt, carrying, scriptedPool } from "./testing-pool.ts";

const numRuns = Number(process.env.SEEDS ?? 40);

const fault: fc.Arbitrary<CallFault | undefined> = fc.constantFrom(
  undefined,
  undefined,
  { delayMs: 30 },
  { hang: true },
  { betweenMs: 20 },
  { error: { origin: "unsent" as const } },
  { error: { origin: "broken-before-headers" as const }, delayMs: 10 },
  { error: { code: 8, metadata: { "retry-after": "3" } } },
  { error: { code: 3 } },
  { afterMessages: 1, error: { origin: "broken-after-headers" as const } },
  { afterMessages: 2, hang: true },
);

const step = fc.record({
  kind: fc.constantFrom("unary", "stream", "left stream", "unread stream"),
  isRetry: fc.boolean(),
  abortsAfterMs: fc.constantFrom(undefined, 0, 5, 25),
  gapMs: fc.constantFrom(0, 1, 10, 1000, 31_000),
});

describe("pool, whatever happens", () => {
  it(
    "settles every attempt once: nothing is pending, listens or waits in the end",
    async () => {
      const scripts = fc.array(fc.array(fault, { maxLength: 20 }), { minLength: 1, maxLength: 4 });
      const steps = fc.array(step, { minLength: 1, maxLength: 40 });
      await fc.assert(
        fc.asyncProperty(scripts, steps, fc.constantFrom(...strategies), async (all, taken, strategy) => {
          const byName = Object.fromEntries(all.map((script, at) => [`host${at}`, script]));
          const { peers, client, clock } = scriptedPool(byName, {
            strategy,
            health: { check: async (url) => (url.endsWith("0") ? Promise.reject(new Error("ill")) : undefined) },
          });
          const work: Promise<unknown>[] = [];
          const signals: AbortSignal[] = [];
          for (const { kind, isRetry, abortsAfterMs, gapMs } of taken) {
            const leaving = new AbortController();
            const { signal } = leaving;
            signals.push(signal);
            const contextValues = isRetry
              ? carrying(attempt({ number: 2, avoid: ["http://host0"] }))
              : createContextValues();
            const options = { signal, contextValues, timeoutMs: 5000 };
            const read = async () => {
              for await (const _ of client.watch({}, options)) {
                if (kind === "left stream") return leaving.abort();
                if (kind === "unread stream") return clock.sleep(10_000).then(() => leaving.abort());
              }
            };
            const call = kind === "unary" ? client.check({}, options) : read();
            work.push(Promise.resolve(call).catch((error: unknown) => expect(error).toBeInstanceOf(ConnectError)));
            if (abortsAfterMs !== undefined) clock.after(abortsAfterMs, () => leaving.abort());
            await clock.advance(gapMs);
            const { endpoints } = peers.stats();
            expect(endpoints.every(({ pending }) => pending >= 0)).toBe(true);
            expect(endpoints.filter(({ ejectedMs }) => ejectedMs > 0).length).toBeLessThanOrEqual(endpoints.length / 2);
          }
          await clock.advance(20_000);
          await Promise.all(work);
          expect(peers.endpoints().map(({ pending }) => pending)).toEqual(all.map(() => 0));
          expect(signals.flatMap((signal) => getEventListeners(signal, "abort"))).toEqual([]);
          await peers.close();
          expect(clock.pending).toBe(0);
        }),
        { numRuns },
      );
    },
    30_000 + 100 * numRuns,
  );
});
