// Streams kept in a file: what a killed process made of them is there for the next one, which ends them or goes on.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { failure, failureOf, Reason } from "#core/failure.ts";
import { manualClock } from "#core/manual-clock.ts";
import type { StreamPlanResponse } from "#gen/synapse/v1/claude_pb.ts";
import type { JournalingOptions } from "#resilience/resume/journaling-options.ts";
import { numbered, numberOf, upTo } from "#resilience/resume/testing.ts";
import { counting } from "#resilience/resume/testing-count.ts";
import { openStreamJournal } from "#store/stream-journal.ts";

function opened(options: Parameters<typeof counting>[0] = {}, journal: Partial<JournalingOptions> = {}) {
  const folder = mkdtempSync(join(tmpdir(), "synapse-test-"));
  const clock = manualClock();
  const durable = openStreamJournal(join(folder, "streams.db"), { clock });
  onTestFinished(() => {
    durable.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return counting({ ...options, clock, journal: { durable, ...journal } });
}

const dies = (after: number) => ({
  cut: (nth: number) => (nth === 0 ? after : undefined),
  /** Makes one more than it can send, and no other. */
  before: async (n: number) => (n === after + 2 ? new Promise<void>(() => {}) : undefined),
});

describe("durable streams", () => {
  it("are read as far as a killed process stored them, then end as lost", async () => {
    const server = opened({ ...dies(4), onCut: () => server.restart() });
    const { got, error } = await server.read(9);
    expect(got).toEqual(upTo(5));
    expect(failureOf(error)?.reason).toBe(Reason.PRODUCER_LOST);
    expect(server.ran).toHaveBeenCalledOnce();
  });

  it("go on at the next message where the service can do that", async () => {
    const server = opened(
      { ...dies(4), onCut: () => server.restart() },
      {
        async *resumeProducer({ next, last }) {
          expect(numberOf(last as StreamPlanResponse)).toBe(next - 1);
          for (const n of upTo(9).slice(next - 1)) yield numbered(n);
        },
      },
    );
    expect(await server.read(9)).toMatchObject({ got: upTo(9), error: undefined });
  });

  it.each([
    ["well", async () => {}, undefined],
    [
      "badly",
      async (n: number) => {
        if (n === 9) throw failure(Reason.ENGINE_CANNOT, "no more");
      },
      Reason.ENGINE_CANNOT,
    ],
  ])("that ended %s end so for readers of the next process", async (_, before, reason) => {
    const server = opened({
      cut: (nth) => (nth === 0 ? 4 : undefined),
      before,
      // Long after the last message was made, and before its reader comes back.
      onCut: () => void server.clock.after(1000, server.restart),
      resume: { initialMs: 5000, maxMs: 5000 },
    });
    const { got, error } = await server.read(9);
    expect(got).toEqual(upTo(reason === undefined ? 9 : 8));
    expect(failureOf(error)?.reason).toBe(reason);
    expect(server.ran).toHaveBeenCalledOnce();
  });

  it("give far more than is kept in memory to a reader that comes late", async () => {
    const server = opened({ cut: (nth) => (nth === 0 ? 1 : undefined) }, { maxMessages: 8 });
    const { got } = await server.read(500);
    expect(got).toEqual(upTo(500));
    expect(server.journal.bytes).toBeLessThan(10_000);
  });
});
