import { describe, expect, it, vi } from "vitest";
import { systemClock } from "#core/clock.ts";
import { Code, Reason, reasonOf } from "#core/failure.ts";
import { failed, gate, pairs, speaking, turns } from "./pairs.ts";
import { ways } from "./ways.ts";

const never = () => new Promise<never>(() => {});
const neverStream = async function* () {
  yield await never();
};
const oneDayMs = 86_400_000;
/** Handlers that do not care for their signal. */
const deaf = { unary: never, clientStream: never, serverStream: neverStream, bidi: neverStream };

describe.each(pairs)("deadlines: %s", (_, pair) => {
  it("reach the handler, as the time that is left and as a signal", async () => {
    const seen: { left: number | undefined; header: string | null }[] = [];
    const aborted = [gate<unknown>(), gate<unknown>()];
    await using spoken = await speaking(pair, {
      async unary(_, { signal, requestHeader, timeoutMs }) {
        const header = requestHeader.get("connect-timeout-ms") ?? requestHeader.get("grpc-timeout");
        seen.push({ left: timeoutMs(), header });
        signal.addEventListener("abort", () => aborted[0]!.resolve(signal.reason));
        return seen.length === 1 ? {} : never();
      },
      async *serverStream(_, { signal, timeoutMs }) {
        seen.push({ left: timeoutMs(), header: "" });
        yield {};
        signal.addEventListener("abort", () => aborted[1]!.resolve(signal.reason));
        await never();
      },
    });
    await spoken.echo.unary({}, { timeoutMs: 5000 });
    expect(seen[0]!.header).toMatch(pair.protocol === "grpc" ? /^(4\d{3}|5000)m$/ : /^(4\d{3}|5000)$/);
    expect(seen[0]!.left).toBeGreaterThan(4000);
    expect(seen[0]!.left).toBeLessThanOrEqual(5000);

    expect((await failed(spoken.echo.unary({}, { timeoutMs: 40 }))).code).toBe(Code.DeadlineExceeded);
    const stream = spoken.echo.serverStream({}, { timeoutMs: 250 })[Symbol.asyncIterator]();
    await stream.next();
    expect((await failed(stream.next())).code).toBe(Code.DeadlineExceeded);
    await Promise.all(aborted.map(({ promise }) => promise));
    expect(seen.at(-1)!.left).toBeLessThanOrEqual(250);
  });

  it.each(ways)("end a call in time whatever its handler does: %s", async (_, call) => {
    await using spoken = await speaking(pair, deaf);
    const began = systemClock.now();
    const error = await failed(call(spoken.echo, {}, { timeoutMs: 40 }));
    expect([error.code, reasonOf(error)]).toEqual([Code.DeadlineExceeded, Reason.DEADLINE]);
    expect(systemClock.now() - began).toBeGreaterThanOrEqual(38);
    expect(systemClock.now() - began).toBeLessThan(1500);
  });

  it("of the transport hold for calls that name none", async () => {
    await using spoken = await speaking(pair, deaf, { client: { timeoutMs: 40 } });
    for (const [, call] of ways) expect((await failed(call(spoken.echo, {}, {}))).code).toBe(Code.DeadlineExceeded);
  });

  it("that have passed already send nothing", async () => {
    const called = vi.fn();
    await using spoken = await speaking(
      pair,
      { unary: () => ({}) },
      {
        serverInterceptors: [
          (next) => (req) => {
            called();
            return next(req);
          },
        ],
      },
    );
    for (const timeoutMs of [0, -1, -0.5, Number.NEGATIVE_INFINITY]) {
      for (const [, call] of ways) {
        const error = await failed(call(spoken.echo, {}, { timeoutMs }));
        expect([error.code, reasonOf(error)]).toEqual([Code.DeadlineExceeded, Reason.DEADLINE]);
      }
    }
    await turns(20);
    expect(called).not.toHaveBeenCalled();
  });

  it("may be fractions, and longer than a timer of the platform can hold", async () => {
    const left: (number | undefined)[] = [];
    await using spoken = await speaking(pair, {
      async unary(_, { timeoutMs, signal }) {
        await turns(5);
        left.push(timeoutMs());
        return { flag: signal.aborted };
      },
      async *serverStream(_, { signal }) {
        await turns(5);
        yield { flag: signal.aborted };
      },
    });
    for (const timeoutMs of [1234.567, 30_000.5, 2 ** 31 - 1, 2 ** 31, 2 ** 33, 1e12, Number.MAX_SAFE_INTEGER]) {
      expect((await spoken.echo.unary({}, { timeoutMs })).flag).toBe(false);
      for await (const { flag } of spoken.echo.serverStream({}, { timeoutMs })) expect(flag).toBe(false);
    }
    expect(left[0]).toBeLessThanOrEqual(1235);
    expect(left.slice(2).every((ms) => ms !== undefined && ms > oneDayMs)).toBe(true);
  });

  it("shorter than a millisecond end with the right code", async () => {
    await using spoken = await speaking(pair, deaf);
    for (const [, call] of ways) {
      expect((await failed(call(spoken.echo, {}, { timeoutMs: 0.4 }))).code).toBe(Code.DeadlineExceeded);
    }
  });

  it("end a stream in its middle, after what arrived", async () => {
    await using spoken = await speaking(pair, {
      async *serverStream() {
        yield {};
        yield {};
        await never();
      },
    });
    let count = 0;
    const reading = (async () => {
      for await (const _ of spoken.echo.serverStream({}, { timeoutMs: 250 })) count++;
    })();
    expect((await failed(reading)).code).toBe(Code.DeadlineExceeded);
    expect(count).toBe(2);
  });

  it("that the peer's handler says have passed arrive as the peer's", async () => {
    await using far = await speaking(pair, deaf);
    await using near = await speaking(pair, { unary: (req) => far.echo.unary(req, { timeoutMs: 20 }) });
    expect((await failed(near.echo.unary({}, { timeoutMs: 20_000 }))).code).toBe(Code.DeadlineExceeded);
  });
});
