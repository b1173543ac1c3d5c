import { createClient } from "@connectrpc/connect";
import { describe, expect, it } from "vitest";
import { Code, ConnectError, failureOf, Reason } from "#core/failure.ts";
import { manualClock } from "#core/manual-clock.ts";
import { OperationsService } from "#gen/synapse/v1/operations_pb.ts";
import { chained } from "../call/chained.ts";
import { losing } from "../call/hedged.ts";
import { type Script, timedPeer } from "../testing/timed-peer.ts";
import type { AttemptTimeoutOptions } from "./adaptive-timeout.ts";
import { attemptTimeout } from "./attempt-timeout.ts";

const { getStatus, watchStatus } = OperationsService.method;
const status = "synapse.v1.OperationsService/GetStatus";

function setUp(script: (nth: number) => Script, options: Partial<AttemptTimeoutOptions> = {}) {
  const clock = manualClock();
  const timeout = attemptTimeout({ minSamples: 1, ...options, clock });
  const { transport, asked } = timedPeer(clock, script);
  const client = createClient(OperationsService, chained(transport, { interceptors: [timeout], clock }));
  /** One call, and how it ended. */
  async function call(ms: number, signal?: AbortSignal) {
    const ended = client.getStatus({}, signal ? { signal } : {}).then(
      () => "ok",
      (error: unknown) => failureOf(error)?.reason ?? ConnectError.from(error).code,
    );
    await clock.advance(ms);
    return ended;
  }
  return { clock, client, call, asked, timeouts: timeout.timeouts };
}

describe("attempt timeout", () => {
  it("gives each attempt what earlier ones of its method took, twice; the transport is told", async () => {
    const { call, asked, timeouts } = setUp((nth) => ({ afterMs: 50 + nth * 50 }), { firstMs: 5000 });
    for (let i = 0; i < 3; i++) await call(500);
    expect(asked.map(({ timeoutMs }) => timeoutMs)).toEqual([5000, 200, 300]);
    expect(timeouts.stats()).toEqual({
      [status]: { p50: 150, p95: 200, p99: 200, currentMs: 400, samples: 3 },
    });
    expect([timeouts.currentMs(watchStatus), timeouts.quantileMs(getStatus, 0.5)]).toEqual([5000, 150]);
  });

  it("counts an attempt that ran out of its time as twice that; other failures and cancels as nothing", async () => {
    const error = new ConnectError("no", Code.NotFound);
    const { call, timeouts } = setUp((nth) =>
      nth === 1 ? { afterMs: 100 } : nth === 2 ? { afterMs: 999 } : { afterMs: 1, error },
    );
    expect(await call(100)).toBe("ok");
    expect(await call(200)).toBe(Reason.DEADLINE);
    expect(timeouts.stats()[status]).toMatchObject({ p50: 100, p99: 400, currentMs: 800, samples: 2 });
    expect(await call(10)).toBe(Code.NotFound);
    await call(0, AbortSignal.abort());
    expect(timeouts.stats()[status]?.samples).toBe(2);
  });

  it("takes nothing from a call that ended by the call's deadline", async () => {
    const { client, clock, timeouts, asked } = setUp(() => ({ afterMs: 1000 }));
    const call = client.getStatus({}, { timeoutMs: 100 }).catch((error: unknown) => error);
    await clock.advance(100);
    expect(await call).toMatchObject({ code: Code.DeadlineExceeded });
    expect(asked[0]).toMatchObject({ timeoutMs: 100, attempt: { timeoutMs: undefined } });
    expect(timeouts.stats()[status]?.samples).toBe(0);
  });

  it("sends no attempt for which there is no time", async () => {
    const { client, asked } = setUp(() => ({ afterMs: 0 }));
    await expect(client.getStatus({}, { timeoutMs: 4 })).rejects.toMatchObject({ code: Code.DeadlineExceeded });
    expect(asked).toEqual([]);
  });

  it("keeps what an attempt took at least that lost to a hedge by being slow", async () => {
    const { clock, client, timeouts } = setUp(() => ({ afterMs: 1000 }));
    for (const elapsedMs of [40, 20]) {
      const hedged = new AbortController();
      const call = client.getStatus({}, { signal: hedged.signal }).catch((error: unknown) => error);
      await clock.advance(elapsedMs);
      hedged.abort(losing(elapsedMs, 30, 10));
      expect(await call).toMatchObject({ code: Code.Canceled });
    }
    expect(timeouts.stats()[status]).toMatchObject({ samples: 1, p50: 40 });
  });

  it("is, for a stream, the time until its first message, and ends it at the peer", async () => {
    const { client, clock, asked, timeouts } = setUp((nth) =>
      nth === 1 ? { afterMs: 100, messagesMs: [10_000] } : { afterMs: 1000 },
    );
    const long = Array.fromAsync(client.watchStatus({}));
    await clock.advance(10_100);
    expect(await long).toHaveLength(2);
    expect(timeouts.currentMs(watchStatus)).toBe(200);
    const late = Array.fromAsync(client.watchStatus({})).catch((error: unknown) => error);
    await clock.advance(1000);
    expect(failureOf(await late)?.reason).toBe(Reason.DEADLINE);
    expect(asked.map(({ timeoutMs }) => timeoutMs)).toEqual([undefined, undefined]);
    expect(asked[1]!.ended).toMatchObject({ how: "left", elapsedMs: 200 });
    expect(timeouts.stats()["synapse.v1.OperationsService/WatchStatus"]).toMatchObject({ samples: 2, p99: 400 });
    expect(clock.pending).toBe(0);
  });

  it("is off where it is off", async () => {
    const clock = manualClock();
    const timeout = attemptTimeout({ clock, methods: () => false });
    const { transport, asked } = timedPeer(clock, () => ({ afterMs: 0 }));
    const client = createClient(
      OperationsService,
      chained(transport, { interceptors: [timeout], clock, defaultTimeoutMs: undefined }),
    );
    const call = client.getStatus({});
    await clock.advance(0);
    await call;
    expect(asked[0]!.timeoutMs).toBeUndefined();
    expect([timeout.timeouts.currentMs(getStatus), timeout.timeouts.stats()]).toEqual([undefined, {}]);
  });
});
