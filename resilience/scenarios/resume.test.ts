import { createClient } from "@connectrpc/connect";
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { Code, type ConnectError, failure, failureOf, messageOf, Reason } from "#core/failure.ts";
import { manualClock } from "#core/manual-clock.ts";
import { ClaudeService } from "#gen/synapse/v1/claude_pb.ts";
import { chained } from "../chained.ts";
import { durableWriter } from "../resume/durable-writer.ts";
import { anew } from "../resume/headers.ts";
import { streamsKept } from "../resume/journal-store.ts";
import type { Reader } from "../resume/reader.ts";
import { type Recording, recording } from "../resume/recording.ts";
import { resume } from "../resume/resume.ts";
import { numbered, numberOf, serving, upTo } from "../resume/testing.ts";
import { counting, type Read } from "../resume/testing-count.ts";
import { durableForTest } from "../resume/testing-durable.ts";

const always =
  <T>(value: T) =>
  () =>
    value;
const onlyFirst = (messages: number) => (nth: number) => (nth === 0 ? messages : undefined);

/** How a read ended, for a reader of a failing test. */
const how = ({ got, error }: Read) => ({
  got,
  ...(error === undefined ? {} : { code: Code[(error as ConnectError).code], reason: failureOf(error)?.reason }),
});

describe("resumable streams", () => {
  it("45. gives 1..N exactly once and in order, from one execution, wherever the stream is cut", async () => {
    const n = 12;
    for (const k of [0, ...upTo(n)]) {
      const { read, ran } = counting({ cut: onlyFirst(k) });
      expect(how(await read(n))).toEqual({ got: upTo(n) });
      expect(ran).toHaveBeenCalledOnce();
    }
  });

  describe("46.", () => {
    /** What comes of a server whose second answer begins where it likes, and says what it likes. */
    async function answeredFrom(first: number, { epoch = "a", final = 6 } = {}) {
      let calls = 0;
      const server = serving((router) =>
        router.service(ClaudeService, {
          async *streamPlan(_, { responseHeader, responseTrailer }) {
            const isFirst = calls++ === 0;
            responseHeader.set("synapse-stream", "t.t");
            responseHeader.set("synapse-epoch", isFirst ? "a" : epoch);
            responseHeader.set("synapse-first-seq", isFirst ? "1" : `${first}`);
            for (const n of upTo(6).slice(isFirst ? 0 : first - 1)) {
              if (isFirst && n === 4) throw failure(Reason.DRAINING, "leaving");
              yield numbered(n);
            }
            responseTrailer.set("synapse-final-seq", `${final}`);
          },
        }),
      );
      const transport = chained(server, { interceptors: [resume({ initialMs: 1, maxMs: 1 })] });
      const got: number[] = [];
      try {
        for await (const each of createClient(ClaudeService, transport).streamPlan({})) got.push(numberOf(each));
      } catch (error) {
        return { got, code: Code[(error as ConnectError).code] };
      }
      return { got };
    }

    it("46. drops what is replayed twice; a gap is DataLoss, within the stream and at its end", async () => {
      expect(await answeredFrom(4)).toEqual({ got: upTo(6) });
      expect(await answeredFrom(2)).toEqual({ got: upTo(6) });
      expect(await answeredFrom(5)).toEqual({ got: upTo(3), code: "DataLoss" });
      expect(await answeredFrom(4, { final: 7 })).toEqual({ got: upTo(6), code: "DataLoss" });
    });

    it("46. takes no message of another epoch", async () => {
      expect(await answeredFrom(4, { epoch: "b" })).toEqual({ got: upTo(3), code: "FailedPrecondition" });
    });

    it("46. refuses forged and foreign tokens, does not find old ones, and no position that is not", async () => {
      let who = "alice";
      const { raw, clock } = counting({ journal: { subject: () => who } });
      const { header, trailer } = await raw(5, { "synapse-resume": anew });
      const token = header.get("synapse-stream")!;
      const epoch = header.get("synapse-epoch");
      expect(trailer.get("synapse-final-seq")).toBe("5");
      const from = (token: string, next: string, n = 5) =>
        raw(n, { "synapse-resume": token, "synapse-resume-from": next }).then(how);
      const refused = { got: [], code: "PermissionDenied", reason: Reason.TOKEN_REFUSED };

      expect(await from(token, `${epoch}:4`)).toEqual({ got: [4, 5] });
      expect(await from(token, `${epoch}:6`)).toEqual({ got: [] });
      const [payload, mac] = token.split(".") as [string, string];
      const claims = Buffer.from(payload, "base64url").toString().replace("Stream", "stream");
      for (const forged of [`${payload}.${mac.toUpperCase()}`, `${Buffer.from(claims).toString("base64url")}.${mac}`]) {
        expect(await from(forged, `${epoch}:1`)).toEqual(refused);
      }
      for (const odd of ["", ".", "x", "x".repeat(5000), `${token}.${mac}`]) {
        expect(await from(odd, `${epoch}:1`)).toEqual(refused);
      }
      expect(await from(token, `${epoch}:1`, 6)).toEqual(refused);
      who = "mallory";
      expect(await from(token, `${epoch}:1`)).toEqual(refused);
      who = "alice";

      for (const position of [
        `${epoch}:7`,
        `${epoch}:0`,
        `${epoch}:-1`,
        `${epoch}:1e3`,
        "7",
        "",
        ":",
        `x:${"1".repeat(99)}`,
      ]) {
        expect(await from(token, position)).toMatchObject({ got: [], code: "OutOfRange" });
      }
      expect(await from(token, "00:1")).toMatchObject({ code: "FailedPrecondition", reason: Reason.EPOCH_LOST });
      await clock.advance(300_000);
      expect(await from(token, `${epoch}:1`)).toMatchObject({ code: "NotFound" });
      await clock.advance(3_600_000);
      expect(await from(token, `${epoch}:1`)).toMatchObject({ code: "NotFound" });
    });
  });

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

  describe("48.", () => {
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
  });

  describe("49.", () => {
    it("49. a second reader takes the stream over: the first one is told", async () => {
      const gate = Promise.withResolvers<void>();
      const { raw, ran } = counting({ before: async (n) => (n === 4 ? gate.promise : undefined) });
      const opened = Promise.withResolvers<Headers>();
      const first = raw(6, { "synapse-resume": anew }, { onHeader: opened.resolve });
      const header = await opened.promise;
      const second = raw(6, {
        "synapse-resume": header.get("synapse-stream")!,
        "synapse-resume-from": `${header.get("synapse-epoch")}:2`,
      });
      expect(how(await first)).toMatchObject({ code: "Aborted", reason: Reason.SUPERSEDED });
      gate.resolve();
      expect(how(await second)).toEqual({ got: upTo(6).slice(1) });
      expect(ran).toHaveBeenCalledOnce();
    });

    it("49. goes from what is kept to what is made without a gap or a double, in 1000 interleavings", async () => {
      await fc.assert(
        fc.asyncProperty(fc.scheduler(), fc.nat({ max: 4 }), fc.boolean(), async (scheduler, takeovers, isStored) => {
          const turn = (what: string) => scheduler.schedule(Promise.resolve(), what);
          const { got, last, older } = await scheduler.waitFor(readInTurns(turn, takeovers, isStored));
          expect(got).toEqual(upTo(8));
          expect(last).toBeUndefined();
          // Whoever was taken over was told, unless it had read all.
          for (const reason of older) expect([Reason.SUPERSEDED, undefined]).toContain(reason);
        }),
        { numRuns: 1000 },
      );
    });
  });

  describe("50.", () => {
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
      });
      expect(how(await read(50, { signal: leaving.signal }))).toMatchObject({ got: [1, 2], code: "Canceled" });
      expect(seen).toHaveLength(1);
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
});

/** Readers that take a stream over from each other while it is made. */
async function readInTurns(turn: (what: string) => Promise<void>, takeovers: number, isStored: boolean) {
  const clock = manualClock();
  // What is stored need not be kept: readers that fall back a little find it there.
  const limits = { maxMessages: 3, maxBytes: 1000, flowBytes: isStored ? 0 : 70, whenFull: "pause" } as const;
  const journal = isStored ? durableForTest(turn) : undefined;
  journal?.begin("s", "e", "me", 1000);
  const parts = { streamId: "s", owner: "me", fence: 1, leaseMs: 1000, lost: () => {}, clock };
  const writer = journal && durableWriter({ journal, ...parts });
  const kept = streamsKept<Recording>(1 << 20);
  const stream = recording({ id: "s", epoch: "e", next: 1, kept, writer }, { ...limits, graceMs: 1, keptMs: 1, clock });
  kept.add("s", stream);
  async function* work() {
    for (const n of upTo(8)) {
      await turn(`make ${n}`);
      yield n;
    }
  }
  stream.make(work, (n) => Uint8Array.of(n));
  const got: number[] = [];
  let newest = 0;

  async function readOn(me: number): Promise<Reason | undefined> {
    const reader = stream.read({ epoch: "e", next: got.length + 1 }, new AbortController().signal) as Reader;
    try {
      for (;;) {
        await turn(`read by ${me}`);
        const bytes = await reader.next();
        if (bytes === undefined) return undefined;
        // What was on its way to a reader that is gone is lost.
        if (me === newest) got.push(bytes[0]!);
      }
    } catch (error) {
      return failureOf(error)?.reason;
    }
  }

  const readers: Promise<Reason | undefined>[] = [];
  for (; newest < takeovers; newest++) {
    readers.push(readOn(newest));
    await turn("take over");
  }
  const last = await readOn(newest);
  return { got, last, older: await Promise.all(readers) };
}
