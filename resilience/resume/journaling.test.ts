import { describe, expect, it } from "vitest";
import { Code, type ConnectError, failure, failureOf, messageOf, Reason } from "#core/failure.ts";
import { anew } from "./headers.ts";
import { journaling } from "./journaling.ts";
import { upTo } from "./testing.ts";
import { counting, type Read } from "./testing-count.ts";
import { durableForTest } from "./testing-durable.ts";

const begin = { "synapse-resume": anew };
const from = ({ header }: Pick<Read, "header">, next: number) => ({
  "synapse-resume": header.get("synapse-stream")!,
  "synapse-resume-from": `${header.get("synapse-epoch")}:${next}`,
});
const codeOf = ({ error }: Read) => Code[(error as ConnectError).code];

describe("journaling", () => {
  it("leaves a caller that can't come back its plain stream, whose work ends with it", async () => {
    const { raw, ran, journal } = counting({ cut: () => 2 });
    const { header } = await raw(9, {});
    expect(header.get("synapse-stream")).toBeNull();
    expect(ran.mock.calls[0]![0].signal.aborted).toBe(true);
    expect(journal.size).toBe(0);
  });

  it("says who the stream is and where it begins, and gives what the handler says, on every connection", async () => {
    const { raw } = counting();
    const whole = await raw(5, begin);
    expect(Object.fromEntries(whole.header)).toMatchObject({ "synapse-first-seq": "1", who: "process 1" });
    expect(Object.fromEntries(whole.trailer)).toMatchObject({ "synapse-final-seq": "5", bye: "now" });
    const rest = await raw(5, from(whole, 3));
    expect(rest.got).toEqual([3, 4, 5]);
    expect(Object.fromEntries(rest.header)).toMatchObject({ "synapse-first-seq": "3", who: "process 1" });
    expect(Object.fromEntries(rest.trailer)).toMatchObject({ "synapse-final-seq": "5", bye: "now" });
  });

  it("ends every time as the stream has ended", async () => {
    const before = async (n: number) => {
      if (n === 3) throw failure(Reason.ENGINE_CANNOT, "no");
    };
    const { raw, ran } = counting({ before });
    const first = await raw(5, begin);
    for (const read of [first, await raw(5, from(first, 2)), await raw(5, from(first, 3))]) {
      expect(failureOf(read.error)?.reason).toBe(Reason.ENGINE_CANNOT);
    }
    expect(ran).toHaveBeenCalledOnce();
  });

  it("gives the running stream to the call that comes again with its key, from the beginning", async () => {
    const gate = Promise.withResolvers<void>();
    const { raw, ran, clock } = counting({
      cut: (nth) => (nth === 0 ? 2 : undefined),
      before: async (n) => (n === 4 ? gate.promise : undefined),
    });
    const keyed = { ...begin, "idempotency-key": "k" };
    expect((await raw(5, keyed)).header.get("synapse-joined")).toBeNull();
    const other = await raw(6, keyed);
    expect(failureOf(other.error)?.reason).toBe(Reason.IDEMPOTENCY_MISMATCH);
    const again = raw(5, keyed);
    await clock.advance(10);
    gate.resolve();
    expect((await again).got).toEqual(upTo(5));
    expect((await again).header.get("synapse-joined")).toBe("true");
    expect(ran).toHaveBeenCalledOnce();
    expect((await raw(5, { ...begin, "idempotency-key": "l" })).got).toEqual(upTo(5));
    expect(ran).toHaveBeenCalledTimes(2);
  });

  it("does not give a running stream to its key when its beginning is gone", async () => {
    const { raw, ran } = counting({ cut: (nth) => (nth < 2 ? 2 : undefined), journal: { maxMessages: 2 } });
    const keyed = { ...begin, "idempotency-key": "k" };
    const first = await raw(50, keyed);
    await raw(50, from(first, 3));
    expect((await raw(50, keyed)).got).toEqual(upTo(50));
    expect(ran).toHaveBeenCalledTimes(2);
  });

  it("does not find a stream by a token that has expired", async () => {
    const { raw, clock } = counting({ journal: { tokenTtlMs: 1000 } });
    const first = await raw(5, begin);
    await clock.advance(2000);
    const late = await raw(5, from(first, 3));
    expect(failureOf(late.error)?.reason).toBe(Reason.NOT_FOUND);
    expect(messageOf(late.error)).toContain("expired");
  });

  it("does not give one caller's running stream to another one with the same key", async () => {
    let who = "alice";
    const { raw, ran } = counting({
      cut: (nth) => (nth === 0 ? 2 : undefined),
      journal: { subject: () => who, maxMessages: 2 },
    });
    await raw(50, { ...begin, "idempotency-key": "k" });
    who = "bob";
    await raw(50, { ...begin, "idempotency-key": "k" });
    expect(ran).toHaveBeenCalledTimes(2);
  });

  it("ends the work at once when its caller's time is over", async () => {
    const { raw, ran, clock } = counting({ before: () => new Promise(() => {}) });
    const late = new AbortController();
    const reading = raw(5, begin, { signal: late.signal });
    await clock.advance(10);
    late.abort(failure(Reason.DEADLINE, "the deadline has passed"));
    await reading;
    expect(ran.mock.calls[0]![0].signal.aborted).toBe(true);
  });

  it("tells a reader that the process is leaving, and goes on for it elsewhere as long as it is there", async () => {
    const gate = Promise.withResolvers<void>();
    const server = counting({ before: async (n) => (n === 3 ? gate.promise : undefined) });
    const reading = server.raw(5, begin);
    await server.clock.advance(10);
    server.shutDown(failure(Reason.DRAINING, "claude is shutting down"));
    const left = await reading;
    expect(left.got).toEqual([1, 2]);
    expect(codeOf(left)).toBe("Unavailable");
    expect(failureOf(left.error)?.reason).toBe(Reason.DRAINING);
    expect(server.ran.mock.calls[0]![0].signal.aborted).toBe(false);
    server.journal.close();
    expect(failureOf(server.ran.mock.calls[0]![0].signal.reason)?.reason).toBe(Reason.DRAINING);
    expect(server.journal).toMatchObject({ size: 0, bytes: 0 });
    expect(server.clock.pending).toBe(0);
  });

  it("keeps within the process's bytes: ended streams are forgotten", async () => {
    const limits = { maxBytes: 8000, flowBytes: 7000, processBytes: 20_000 };
    const { raw, journal } = counting({ journal: limits });
    const first = await raw(100, begin);
    for (let n = 0; n < 20; n++) await raw(100 + n, begin);
    expect(journal.bytes).toBeLessThan(20_000);
    expect(codeOf(await raw(100, from(first, 100)))).toBe("NotFound");
  });

  it("counts what a former holder of the lease wrote until it was ours", async () => {
    const inner = durableForTest();
    const durable = {
      ...inner,
      lease(...[streamId, owner, nowMs, untilMs]: Parameters<typeof inner.lease>) {
        const fence = inner.lease(streamId, owner, nowMs, untilMs);
        const { messages } = inner.streams.get(streamId)!;
        if (fence !== undefined) messages.push(messages[0]!);
        return fence;
      },
    };
    const gate = Promise.withResolvers<void>();
    const server = counting({
      cut: (nth) => (nth === 0 ? 2 : undefined),
      onCut: () => server.restart(),
      before: async (n) => (n === 4 ? gate.promise : undefined),
      journal: { durable },
    });
    const { got, error } = await server.read(9);
    expect(got).toEqual([1, 2, 3, 1]);
    expect(failureOf(error)?.reason).toBe(Reason.PRODUCER_LOST);
  });

  it("keeps each message once, encoded, whatever number of readers came", async () => {
    const { raw, journal } = counting();
    const first = await raw(100, begin);
    const { bytes } = journal;
    for (let n = 0; n < 10; n++) await raw(100, from(first, 1));
    expect(journal.bytes).toBe(bytes);
    expect(bytes).toBeLessThan(100 * (32 + 20) + 1024);
  });

  it("refuses options that can't work, all at once", () => {
    expect(() => journaling({ maxMessages: 0, flowBytes: 1 << 30, key: new Uint8Array(3), graceMs: -1 })).toThrow(
      /maxMessages .*\nflowBytes .*\nkey .*\ngraceMs /,
    );
  });
});
