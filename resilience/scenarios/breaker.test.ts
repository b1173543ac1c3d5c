import { type CallOptions, Code, ConnectError, createClient, createRouterTransport } from "@connectrpc/connect";
import { describe, expect, it } from "vitest";
import { failureOf, Reason } from "#core/failure.ts";
import { manualClock } from "#core/manual-clock.ts";
import { originOf } from "#core/origin.ts";
import { seeded } from "#core/rng.ts";
import { Health, HealthCheckResponse_ServingStatus as Status } from "#gen/grpc/health/v1/health_pb.ts";
import { type Circuit, type CircuitChange, type CircuitOptions, circuit, plainRules } from "../breaker/circuit.ts";
import { type CircuitBreakerOptions, circuitBreaker } from "../breaker/circuit-breaker.ts";

type Answer = "ok" | Code | ConnectError | "hang";

/** A peer that answers as it is told, behind a breaker on Connect's own in-memory transport. */
function setUp(options: Partial<CircuitBreakerOptions> = {}) {
  const clock = manualClock();
  const changes: CircuitChange[] = [];
  const made = circuit({ jitter: 0, ...options, onChange: (change) => changes.push(change), clock, rng: seeded(1) });
  const peer = { answer: "ok" as Answer, asked: 0, messages: 0 };
  const held: (() => void)[] = [];
  const transport = createRouterTransport(
    ({ service }) =>
      service(Health, {
        async check(_, { signal }) {
          peer.asked++;
          const { answer } = peer;
          if (answer === "hang")
            await new Promise<void>((resolve) => {
              held.push(resolve);
              signal.addEventListener("abort", () => resolve());
            });
          else if (answer !== "ok") throw answer instanceof ConnectError ? answer : new ConnectError("no", answer);
          return { status: Status.SERVING };
        },
        async *watch() {
          peer.asked++;
          const { answer, messages } = peer;
          for (let i = 0; i < messages; i++) yield { status: Status.SERVING };
          if (answer !== "ok" && answer !== "hang") throw new ConnectError("no", answer as Code);
        },
      }),
    { transport: { interceptors: [circuitBreaker({ ...options, circuit: made, clock })] } },
  );
  const client = createClient(Health, transport);
  const ended = (work: Promise<unknown>) =>
    work.then(
      () => undefined,
      (error: unknown) => ConnectError.from(error),
    );
  const call = (answer: Answer = peer.answer, callOptions: CallOptions = {}) => {
    peer.answer = answer;
    return ended(client.check({}, callOptions));
  };
  async function calls(...answers: Answer[]) {
    for (const answer of answers) await call(answer);
  }
  /** Answers calls that hang. */
  const letGo = () => {
    for (const go of held.splice(0)) go();
  };
  return { clock, circuit: made, changes, peer, client, call, calls, letGo, ended };
}

const { Unavailable } = Code;
const trip = [Unavailable, Unavailable, Unavailable];

describe("circuit breaker", () => {
  it("1. three failures in a row open it: the fourth call does not reach the transport", async () => {
    const { circuit, calls, call, peer } = setUp();
    await calls(...trip);
    const refused = await call("ok");
    expect(peer.asked).toBe(3);
    expect([circuit.kind, circuit.restMs]).toEqual(["open", 30_000]);
    expect(failureOf(refused)).toMatchObject({ reason: Reason.BREAKER_OPEN, retryAfter: { seconds: 30n } });
    expect([refused?.code, originOf(refused)]).toEqual([Unavailable, "local"]);
  });

  it("2. a success ends the row, and what a working peer says begins none", async () => {
    const { circuit, calls } = setUp();
    await calls(Unavailable, Unavailable, "ok", Unavailable, Unavailable);
    expect(circuit.kind).toBe("closed");
    await calls(Code.InvalidArgument, Code.NotFound, Code.Internal, Code.InvalidArgument, Code.Internal, Code.Internal);
    expect([circuit.kind, circuit.stats().failures]).toEqual(["closed", 4]);
  });

  it("3. lets exactly one of 100 through after the rest, and queues none", async () => {
    const { clock, circuit, calls, call, peer, letGo } = setUp();
    await calls(...trip);
    await clock.advance(29_999);
    expect(failureOf(await call("ok"))?.reason).toBe(Reason.BREAKER_OPEN);
    await clock.advance(1);
    const all = Array.from({ length: 100 }, () => call("hang"));
    const refused = await Promise.all(all.slice(1));
    expect(refused.map((error) => failureOf(error)?.reason)).toEqual(Array(99).fill(Reason.BREAKER_OPEN));
    expect(refused.every((error) => failureOf(error)?.retryAfter !== undefined)).toBe(true);
    await clock.advance(0);
    expect([peer.asked, circuit.kind]).toEqual([4, "half-open"]);
    letGo();
    expect(await all[0]).toBeUndefined();
  });

  it("4. two probes, one after the other, close it; its load comes back over 10 s", async () => {
    const { clock, circuit, calls } = setUp();
    await calls(...trip);
    await clock.advance(30_000);
    await calls("ok");
    expect(circuit.kind).toBe("half-open");
    await calls("ok");
    expect([circuit.kind, circuit.weight]).toEqual(["closed", 0.1]);
    await clock.advance(5000);
    expect(circuit.weight).toBe(0.5);
    await clock.advance(5000);
    expect(circuit.weight).toBe(1);
  });

  it.each([
    ["twice as long each time, up to 5 minutes", {}, [30_000, 60_000, 120_000, 240_000, 300_000, 300_000]],
    ["30 s each time by the plain rule", plainRules, [30_000, 30_000, 30_000]],
  ])("5. a failed probe opens it again: %s", async (_, options: Partial<CircuitOptions>, rests) => {
    const { clock, circuit, calls } = setUp(options);
    await calls(...trip);
    for (const restMs of rests) {
      expect([circuit.kind, circuit.restMs]).toEqual(["open", restMs]);
      await clock.advance(restMs);
      await calls(Unavailable);
    }
  });

  it("6. a probe that its caller cancels frees its place and says nothing, 1000 times", async () => {
    const { clock, circuit, calls, call } = setUp();
    await calls(...trip);
    await clock.advance(30_000);
    for (let i = 0; i < 1000; i++) {
      const leaving = new AbortController();
      const probe = call("hang", { signal: leaving.signal });
      leaving.abort();
      expect((await probe)?.code).toBe(Code.Canceled);
    }
    expect([circuit.kind, circuit.stats().probes]).toEqual(["half-open", 1000]);
    await calls("ok", "ok");
    expect(circuit.kind).toBe("closed");
  });

  it("7. a probe that never ends has failed when an attempt and a second are over", async () => {
    const { clock, circuit, calls, call, changes } = setUp({ probeTimeoutMs: 6000 });
    await calls(...trip);
    await clock.advance(30_000);
    call("hang");
    await clock.advance(5999);
    expect(circuit.kind).toBe("half-open");
    await clock.advance(1);
    expect([circuit.kind, circuit.restMs]).toEqual(["open", 60_000]);
    expect(changes.map(({ to }) => to)).toEqual(["open", "half-open", "open"]);
    expect(clock.pending).toBe(0);
  });

  it("8. results of calls from before it opened change nothing, late successes neither", async () => {
    const { clock, circuit, calls, call, changes, ended } = setUp();
    const early = Array.from({ length: 51 }, () => circuit.admit());
    await calls(...trip);
    await clock.advance(10_000);
    for (const [i, admission] of early.entries())
      if (admission.admitted) admission.lease.release(i < 50 ? "fail" : "ok");
    expect([circuit.kind, circuit.restMs, circuit.stats().late]).toEqual(["open", 20_000, 51]);
    expect(changes).toHaveLength(1);
    await ended(call("ok"));
    expect(circuit.kind).toBe("open");
  });

  it("9. callers that leave are no failures, a peer that cancels is one", async () => {
    const { circuit, call } = setUp();
    for (let i = 0; i < 1000; i++) {
      const leaving = new AbortController();
      const left = call("hang", { signal: leaving.signal });
      leaving.abort();
      await left;
    }
    expect([circuit.kind, circuit.stats().failures]).toEqual(["closed", 0]);

    const killed = () =>
      Promise.reject(new ConnectError("http/2 stream closed with error code CANCEL (0x8)", Code.Canceled));
    const breaker = circuitBreaker({ circuit })(killed);
    const transport = createRouterTransport(({ service }) => service(Health, {}), {
      transport: { interceptors: [() => breaker] },
    });
    for (let i = 0; i < 3; i++)
      await createClient(Health, transport)
        .check({})
        .catch(() => {});
    expect(circuit.kind).toBe("open");
  });

  it("10. the time of day does not matter to it", async () => {
    const hour = 3_600_000;
    for (const skewMs of [hour, -hour]) {
      const clock = manualClock();
      const skewed = { ...clock, now: clock.now, date: () => new Date(clock.date().getTime() + skewMs) };
      const tested = circuit({ ...plainRules, clock: skewed, rng: seeded(1) });
      for (let i = 0; i < 3; i++) take(tested).release("fail");
      await clock.advance(29_999);
      expect(tested.admit().admitted).toBe(false);
      await clock.advance(1);
      expect(tested.admit().admitted).toBe(true);
    }
  });

  it("11. half of at least 20 calls within 10 s open it; with a gap between, they do not", async () => {
    const alternating: Answer[] = Array.from({ length: 19 }, (_, i) => (i % 2 === 0 ? Unavailable : "ok"));
    const off = { failureLimit: Number.POSITIVE_INFINITY };
    const { circuit, calls } = setUp(off);
    await calls(...alternating);
    expect(circuit.kind).toBe("closed");
    await calls(Unavailable);
    expect(circuit.kind).toBe("open");

    const split = setUp(off);
    await split.calls(...alternating.slice(0, 10));
    await split.clock.advance(11_000);
    await split.calls(...alternating.slice(10), Unavailable);
    expect(split.circuit.kind).toBe("closed");
  });

  it("12. a stream counts once, when it ends; one that is left does not count", async () => {
    const { circuit, peer, client, ended } = setUp();
    const read = async (leaveAt = Number.POSITIVE_INFINITY, callOptions: CallOptions = {}) => {
      let count = 0;
      for await (const _ of client.watch({}, callOptions)) if (++count === leaveAt) return;
    };
    Object.assign(peer, { messages: 200, answer: "ok" });
    await read();
    expect(circuit.stats()).toMatchObject({ calls: 1, failures: 0 });
    Object.assign(peer, { messages: 4, answer: Unavailable });
    await ended(read());
    await ended(read());
    expect([circuit.kind, circuit.stats().failures]).toEqual(["closed", 2]);
    const leaving = new AbortController();
    await read(2, { signal: leaving.signal });
    leaving.abort();
    expect([circuit.kind, circuit.stats().failures]).toEqual(["closed", 2]);
    await ended(read());
    expect([circuit.kind, circuit.stats().failures]).toEqual(["open", 3]);
  });
});

function take(from: Circuit) {
  const admission = from.admit();
  if (!admission.admitted) throw new Error("refused");
  return admission.lease;
}
