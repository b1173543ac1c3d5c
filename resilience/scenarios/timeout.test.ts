import { createClient } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import { describe, expect, it } from "vitest";
import { Code } from "#core/failure.ts";
import { type ManualClock, manualClock } from "#core/manual-clock.ts";
import { seeded } from "#core/rng.ts";
import { OperationsService } from "#gen/synapse/v1/operations_pb.ts";
import { chained } from "../call/chained.ts";
import { ConfigError } from "../problem.ts";
import { loopback } from "../testing/loopback.ts";
import { timedPeer } from "../testing/timed-peer.ts";
import { type AttemptTimeoutOptions, attemptTimeoutDefaults } from "../time/adaptive-timeout.ts";
import { attemptTimeout } from "../time/attempt-timeout.ts";

const { getStatus } = OperationsService.method;

describe("timeouts of attempts", () => {
  it("17. a learned time is what the server sees, and ends the attempt, through a stock transport", async () => {
    const seen: (string | null)[] = [];
    await using server = await loopback((router) =>
      router.service(OperationsService, {
        getStatus: (_, { requestHeader, signal }) => {
          seen.push(requestHeader.get("connect-timeout-ms"));
          return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
        },
      }),
    );
    const clock = manualClock();
    const interceptors = [attemptTimeout({ clock, firstMs: 5000, methods: () => ({ floorMs: 20 }) })];
    const transport = createConnectTransport({ httpVersion: "2", baseUrl: server.url, interceptors });
    const call = createClient(OperationsService, transport).getStatus({}, { timeoutMs: 60_000 });
    const caught = call.catch((error: unknown) => error);
    await expect.poll(() => seen).toEqual(["5000"]);
    await clock.advance(5000);
    expect(await caught).toMatchObject({ code: Code.DeadlineExceeded, rawMessage: "no answer within 5000 ms" });
    expect(clock.pending).toBe(0);
  });

  it("26. 100 samples of 1..100 ms make 190 ms at p95 x 2; 19 samples make the first time; floor and ceiling hold", () => {
    const options: AttemptTimeoutOptions = { ...attemptTimeoutDefaults, quantile: 0.95, firstMs: 5000 };
    const clock = manualClock();
    const of = (samples: readonly number[], given: Partial<AttemptTimeoutOptions> = {}) => {
      const timeout = attemptTimeout({ ...options, ...given, clock });
      return learned(clock, timeout, samples);
    };
    return Promise.all([
      expect(of(range(1, 100))).resolves.toBe(190),
      expect(of(range(1, 19))).resolves.toBe(5000),
      expect(of(range(1, 20), { floorMs: 45 })).resolves.toBe(45),
      expect(of(range(1, 100), { ceilingMs: 150 })).resolves.toBe(150),
    ]);
  });

  it("27. when everything takes 4 times as long, the timeout follows within 512 calls, and then 99.8 % succeed", async () => {
    const clock = manualClock();
    const rng = seeded(27);
    let slower = 1;
    const { transport } = timedPeer(clock, () => ({ afterMs: slower * logNormal(rng.float(), rng.float()) }));
    const timeout = attemptTimeout({ clock });
    const client = createClient(OperationsService, chained(transport, { interceptors: [timeout], clock }));
    /** So many calls, 50 at a time; how many are answered. */
    const answered = async (count: number) => {
      let inTime = 0;
      for (let i = 0; i < count; i += 50) {
        const calls = Array.from({ length: 50 }, () =>
          client.getStatus({}).then(
            () => inTime++,
            () => undefined,
          ),
        );
        await clock.advance(2000);
        await Promise.all(calls);
      }
      return inTime;
    };
    await answered(1000);
    expect(timeout.timeouts.currentMs(getStatus)).toBeLessThan(160);
    slower = 4;
    await answered(500);
    expect(timeout.timeouts.currentMs(getStatus)).toBeGreaterThan(300);
    expect(await answered(5000)).toBeGreaterThanOrEqual(0.998 * 5000);
  });

  it("27. a factor of 1 is refused", () => {
    expect(() => attemptTimeout({ factor: 1 })).toThrow(ConfigError);
    expect(() => attemptTimeout({ methods: () => ({ factor: 1.19 }) }).timeouts.currentMs(getStatus)).toThrow("factor");
  });
});

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

/** A sample of median 20 and p99 51 ms, by Box and Muller's way of making normal from even chances. */
const logNormal = (a: number, b: number) =>
  20 * Math.exp(0.4 * Math.sqrt(-2 * Math.log(1 - a)) * Math.cos(2 * Math.PI * b));

/** The timeout after attempts that took so long. */
async function learned(
  clock: ManualClock,
  timeout: ReturnType<typeof attemptTimeout>,
  samples: readonly number[],
): Promise<number | undefined> {
  const { transport } = timedPeer(clock, (nth) => ({ afterMs: samples[nth - 1]! }));
  const client = createClient(OperationsService, chained(transport, { interceptors: [timeout], clock }));
  const calls = samples.map(() => client.getStatus({}));
  await clock.advance(1000);
  await Promise.all(calls);
  return timeout.timeouts.currentMs(getStatus);
}
