import { describe, expect, it, vi } from "vitest";
import { failure, messageOf, Reason } from "#core/failure.ts";
import { type ManualClock, manualClock } from "#core/manual-clock.ts";
import { anew } from "../resume/headers.ts";
import { numbered, upTo } from "../resume/testing.ts";
import { counting, how } from "../resume/testing-count.ts";
import { durableForTest } from "../resume/testing-durable.ts";

const always =
  <T>(value: T) =>
  () =>
    value;
const onlyFirst = (messages: number) => (nth: number) => (nth === 0 ? messages : undefined);

describe("resumable streams", () => {
  it("45. gives 1..N exactly once and in order, from one execution, wherever the stream is cut", async () => {
    const n = 12;
    for (const k of [0, ...upTo(n)]) {
      const { read, ran } = counting({ cut: onlyFirst(k) });
      expect(how(await read(n))).toEqual({ got: upTo(n) });
      expect(ran).toHaveBeenCalledOnce();
    }
  });

  it.each([3_600_001, -3_600_001])(
    "10. goes on though the time of day is put on by %s ms meanwhile",
    async (skewMs) => {
      const clock = manualClock();
      let skew = 0;
      const skewed = Object.create(clock, { date: { value: () => new Date(clock.date().getTime() + skew) } });
      const { read, ran } = counting({
        cut: onlyFirst(4),
        onCut: () => {
          skew = skewMs;
        },
        clock: skewed as ManualClock,
      });
      expect(how(await read(9))).toEqual({ got: upTo(9) });
      expect(ran).toHaveBeenCalledOnce();
    },
  );

  it("47. a full journal without a reader holds its maker back, or drops the oldest and says what there is", async () => {
    const limits = { maxMessages: 8 };
    const paused = counting({ cut: always(3), journal: limits });
    await paused.raw(100, { "synapse-resume": anew });
    await paused.clock.advance(1000);
    expect(paused.made).toEqual(upTo(3 + 8));

    const dropping = counting({ cut: onlyFirst(3), journal: { ...limits, whenFull: "drop-oldest" } });
    const { header } = await dropping.raw(100, { "synapse-resume": anew });
    await dropping.clock.advance(1000);
    const resumed = await dropping.raw(100, {
      "synapse-resume": header.get("synapse-stream")!,
      "synapse-resume-from": `${header.get("synapse-epoch")}:1`,
    });
    expect(how(resumed)).toEqual({ got: [], code: "OutOfRange", reason: Reason.GAP });
    expect(messageOf(resumed.error)).toContain("is 93");

    const failing = counting({ cut: onlyFirst(3), journal: { ...limits, whenFull: "fail" } });
    expect(how(await failing.read(100))).toMatchObject({ code: "ResourceExhausted" });
  });

  it("48. a restarted server has lost what it kept in memory: fails by default", async () => {
    const server = counting({ cut: onlyFirst(4), onCut: () => server.restart() });
    expect(how(await server.read(9))).toEqual({
      got: upTo(4),
      code: "FailedPrecondition",
      reason: Reason.EPOCH_LOST,
    });
    expect(server.ran).toHaveBeenCalledOnce();
  });

  it("48. begins anew where the caller wants that, says so once, and never mixes", async () => {
    const onReset = vi.fn();
    const observe = vi.fn();
    const server = counting({
      cut: onlyFirst(4),
      onCut: () => server.restart(),
      resume: { onEpochLost: "restart", onReset, observe },
    });
    expect(how(await server.read(9))).toEqual({ got: [...upTo(4), ...upTo(9)] });
    expect(onReset).toHaveBeenCalledExactlyOnceWith(4, expect.anything());
    expect(observe).toHaveBeenCalledWith(expect.objectContaining({ kind: "reset", delivered: 4 }));
  });

  it("48. skips what was delivered where the method is deterministic", async () => {
    const onReset = vi.fn();
    const server = counting({
      cut: onlyFirst(4),
      onCut: () => server.restart(),
      resume: { onEpochLost: "restartAndSkip", isDeterministic: true, onReset },
    });
    expect(how(await server.read(9))).toEqual({ got: upTo(9) });
    expect(onReset).not.toHaveBeenCalled();
    expect(() => counting({ resume: { onEpochLost: "restartAndSkip" } })).toThrow("isDeterministic");
  });

  it("48. a durable journal gives all that was stored, then how it ended, or goes on at n + 1", async () => {
    const gate = Promise.withResolvers<void>();
    const before = async (n: number) => (n === 6 ? gate.promise : undefined);
    const lost = counting({
      cut: onlyFirst(4),
      onCut: () => lost.restart(),
      before,
      journal: { durable: durableForTest() },
    });
    expect(how(await lost.read(9))).toEqual({ got: upTo(5), code: "Aborted", reason: Reason.PRODUCER_LOST });

    const resumeProducer = vi.fn(({ next }: { next: number }) =>
      (async function* () {
        for (const n of upTo(9).slice(next - 1)) yield numbered(n);
      })(),
    );
    const going = counting({
      cut: onlyFirst(4),
      onCut: () => going.restart(),
      before,
      journal: { durable: durableForTest(), resumeProducer },
    });
    expect(how(await going.read(9))).toEqual({ got: upTo(9) });
    expect(resumeProducer).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ next: 6 }));
    gate.resolve();
  });

  it("48. begins anew too where its maker died with its process", async () => {
    const onReset = vi.fn();
    const server = counting({
      cut: onlyFirst(4),
      onCut: () => server.restart(),
      before: async (n) => (n === 6 && server.seen.length === 1 ? new Promise(() => {}) : undefined),
      journal: { durable: durableForTest() },
      resume: { onEpochLost: "restart", onReset },
    });
    expect(how(await server.read(9))).toEqual({ got: [...upTo(5), ...upTo(9)] });
    expect(onReset).toHaveBeenCalledExactlyOnceWith(5, expect.anything());
  });

  it("50. five resumptions without a new message are enough", async () => {
    const { read, seen, ran } = counting({ cut: (nth) => (nth === 0 ? 2 : 0) });
    expect(how(await read(5))).toMatchObject({ got: [1, 2], code: "Unavailable" });
    expect(seen).toHaveLength(1 + 5);
    expect(ran).toHaveBeenCalledOnce();
  });

  it("50. a hundred resumptions with one message each are fine", async () => {
    const { read, seen, ran } = counting({ cut: always(1) });
    expect(how(await read(100))).toEqual({ got: upTo(100) });
    expect(seen.length).toBeGreaterThanOrEqual(100);
    expect(ran).toHaveBeenCalledOnce();
  });

  it("50. a caller that cancels is not reconnected, and the work ends a minute later", async () => {
    const leaving = new AbortController();
    const { read, seen, ran, clock, journal } = counting({
      cut: onlyFirst(2),
      onCut: () => leaving.abort(),
      journal: { maxMessages: 4 },
      // That it has left does not reach the server.
      via: (nth) => {
        if (nth > 0) throw failure(Reason.UNREACHABLE, "the network is down");
      },
    });
    expect(how(await read(50, { signal: leaving.signal }))).toMatchObject({ got: [1, 2], code: "Canceled" });
    expect(seen.slice(1).map((header) => header.get("synapse-resume-from"))).toEqual(["never"]);
    const { signal } = ran.mock.calls[0]![0];
    await clock.advance(59_000);
    expect(signal.aborted).toBe(false);
    await clock.advance(1000);
    expect(signal.aborted).toBe(true);
    await clock.advance(300_000);
    expect(journal).toMatchObject({ size: 0, bytes: 0 });
    expect(clock.pending).toBe(0);
  });
});
