import { type CallOptions, Code, ConnectError, createClient } from "@connectrpc/connect";
import { describe, expect, it } from "vitest";
import type { AnyFn, Interceptor, StreamRequest, StreamResponse } from "#core/call.ts";
import { failureOf, Reason } from "#core/failure.ts";
import { manualClock } from "#core/manual-clock.ts";
import { withOrigin } from "#core/origin.ts";
import { seeded } from "#core/rng.ts";
import { Health } from "#gen/grpc/health/v1/health_pb.ts";
import { OperationsService } from "#gen/synapse/v1/operations_pb.ts";
import { chained } from "../call/chained.ts";
import { ConfigError } from "../problem.ts";
import { type Script, timedPeer } from "../testing/timed-peer.ts";
import { attemptTimeout } from "../time/attempt-timeout.ts";
import { circuit } from "./circuit.ts";
import { type CircuitBreakerOptions, circuitBreaker } from "./circuit-breaker.ts";

const down = new ConnectError("no", Code.Unavailable);

function setUp(
  script: (nth: number) => Script,
  { below = [], ...options }: Partial<CircuitBreakerOptions> & { below?: Interceptor[] } = {},
  clock = manualClock(),
) {
  const made = circuit({ jitter: 0, ...options, clock, rng: seeded(1) });
  const { transport, asked } = timedPeer(clock, script);
  const interceptors = [circuitBreaker({ ...options, circuit: made, clock }), ...below];
  const client = createClient(OperationsService, chained(transport, { interceptors, clock }));
  /** One call, and how it ended. */
  async function call(ms = 0, options: CallOptions = {}) {
    const ended = client.getStatus({}, options).then(
      () => "ok",
      (error: unknown) => failureOf(error)?.reason ?? ConnectError.from(error).code,
    );
    await clock.advance(ms);
    return ended;
  }
  async function read(ms: number, options: CallOptions = {}) {
    const reading = (async () => {
      let count = 0;
      for await (const _ of client.watchStatus({}, options)) count++;
      return count;
    })().catch((error: unknown) => ConnectError.from(error).code);
    await clock.advance(ms);
    return reading;
  }
  return { clock, circuit: made, asked, call, read };
}

describe("circuit breaker, alone", () => {
  it("has a circuit for each service, and says who is not called and when to come again", async () => {
    const clock = manualClock();
    const breaker = circuitBreaker({ name: "claude", jitter: 0, clock });
    const { transport } = timedPeer(clock, () => ({ afterMs: 0, error: down }));
    const through = chained(transport, { interceptors: [breaker], clock });
    const operations = createClient(OperationsService, through);
    for (let i = 0; i < 3; i++) await operations.getStatus({}).catch(() => {});
    const refused: unknown = await operations.getStatus({}).catch((error: unknown) => error);
    expect(ConnectError.from(refused).rawMessage).toBe("claude keeps failing and is not called: try again in 30000 ms");
    const other: unknown = await createClient(Health, through)
      .check({})
      .catch((error: unknown) => error);
    expect(failureOf(other)).toBeUndefined();
  });

  it("counts the time limits of attempts below it, though it does not see the attempts", async () => {
    const below = (clock: ReturnType<typeof manualClock>) => [attemptTimeout({ firstMs: 50, clock })];
    const clock = manualClock();
    const { call, circuit } = setUp(() => ({ afterMs: 60_000 }), { below: below(clock) }, clock);
    for (let i = 0; i < 3; i++) expect(await call(50)).toBe(Reason.DEADLINE);
    expect(circuit.kind).toBe("open");
  });

  it("judges deadlines by what calls take", async () => {
    const { call, circuit } = setUp((nth) => ({ afterMs: nth <= 20 ? 1000 : 60_000 }));
    for (let i = 0; i < 20; i++) await call(1000);
    for (let i = 0; i < 5; i++) await call(900, { timeoutMs: 900 });
    expect(circuit.kind).toBe("closed");
    for (let i = 0; i < 3; i++) await call(1000, { timeoutMs: 1000 });
    expect(circuit.kind).toBe("open");
  });

  it("does not count time that this process stood still", async () => {
    const stall = { lagSince: () => 300 };
    const { call, circuit } = setUp(() => ({ afterMs: 60_000 }), { stall });
    for (let i = 0; i < 5; i++) await call(1000, { timeoutMs: 1000 });
    expect(circuit.kind).toBe("closed");
  });

  it("opens when half of the last calls were slow, by the first message of streams", async () => {
    const slow = { rate: 0.5, calls: 4, ms: 100 };
    const { call, read, circuit } = setUp((nth) => ({ afterMs: nth % 2 ? 5 : 101, messagesMs: [500, 500] }), { slow });
    await call(5);
    await call(101);
    await read(1005);
    expect(circuit.kind).toBe("closed");
    await read(1101);
    expect(circuit.kind).toBe("open");
  });

  it("lets the first message of a probing stream decide, and does not wait for its end", async () => {
    const { clock, call, read, circuit, asked } = setUp((nth) =>
      nth <= 3 ? { afterMs: 0, error: down } : { afterMs: 10, messagesMs: [60_000] },
    );
    for (let i = 0; i < 3; i++) await call();
    await clock.advance(30_000);
    const reading = read(0);
    expect(await call()).toBe(Reason.BREAKER_OPEN);
    await clock.advance(10);
    expect(asked).toHaveLength(4);
    expect(await call(10)).toBe("ok");
    expect(circuit.kind).toBe("closed");
    await clock.advance(60_000);
    expect(await reading).toBe(2);
  });

  it("counts internal errors only when told to", async () => {
    const script = () => ({ afterMs: 0, error: withOrigin(new ConnectError("oops", Code.Internal), "peer") });
    const quiet = setUp(script);
    const strict = setUp(script, { countInternal: true });
    for (let i = 0; i < 3; i++) {
      await quiet.call();
      await strict.call();
    }
    expect([quiet.circuit.kind, strict.circuit.kind]).toEqual(["closed", "open"]);
  });

  it("takes a stream that is left, or whose caller aborts, for nothing, and leaves no listener behind", async () => {
    const made = circuit({ rng: seeded(1) });
    const message = async function* () {
      for (;;) yield {};
    };
    const next = (async () => ({ stream: true, message: message() })) as unknown as AnyFn;
    const open = circuitBreaker({ circuit: made })(next);
    const controller = new AbortController();
    const { signal } = controller;
    let listeners = 0;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    const counting = Object.assign(signal, {
      addEventListener: (...given: Parameters<typeof add>) => {
        listeners++;
        add(...given);
      },
      removeEventListener: (...given: Parameters<typeof remove>) => {
        listeners--;
        remove(...given);
      },
    });
    const values = { get: () => undefined, set: () => values, delete: () => values };
    const req = { stream: true, service: Health, header: new Headers(), signal: counting, contextValues: values };
    const fail = () => {
      const admission = made.admit();
      if (admission.admitted) admission.lease.release("fail");
    };
    fail();
    fail();
    for (let i = 0; i < 500; i++) {
      const res = (await open(req as unknown as StreamRequest)) as StreamResponse;
      for await (const _ of res.message) break;
    }
    expect([listeners, made.stats().failures]).toEqual([0, 2]);
    await open(req as unknown as StreamRequest);
    controller.abort();
    expect([made.kind, made.stats()]).toMatchObject(["closed", { calls: 503, failures: 2, late: 0 }]);
    // What says nothing does not end a row either.
    fail();
    expect(made.kind).toBe("open");
  });

  it("refuses options that cannot work where they enter", () => {
    expect(() => circuitBreaker({ failureLimit: 0, restMs: -1 })).toThrow(ConfigError);
  });
});
