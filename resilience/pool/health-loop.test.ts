import { describe, expect, it, vi } from "vitest";
import { manualClock } from "#core/manual-clock.ts";
import { seeded } from "#core/rng.ts";
import type { HealthLimits } from "../outliers/health.ts";
import { healthLoop } from "./health-loop.ts";

function loop(check: (url: string, signal: AbortSignal) => Promise<void>, limits: Partial<HealthLimits> = {}) {
  const clock = manualClock();
  const onChange = vi.fn();
  const onPass = vi.fn();
  const asked: number[] = [];
  const made = healthLoop({
    check: (url, signal) => {
      asked.push(clock.now());
      return check(url, signal);
    },
    onChange,
    onPass,
    clock,
    rng: seeded(1),
    ...limits,
  });
  return { clock, onChange, onPass, asked, made };
}

describe("health loop", () => {
  it("asks every 5 s, a fifth more or less", async () => {
    const { clock, asked, made } = loop(async () => {});
    made.watch("http://a");
    await clock.advance(60_000);
    const gaps = asked.map((at, index) => at - (asked[index - 1] ?? 0));
    expect(gaps.every((ms) => ms >= 4000 && ms <= 6000)).toBe(true);
    expect(new Set(gaps).size).toBeGreaterThan(5);
  });

  it("tells of three failures in a row, and of two passes in a row after them", async () => {
    const results = [false, false, true, false, false, false, true, false, true, true];
    const { clock, onChange, onPass, asked, made } = loop(async () => {
      if (!results[asked.length - 1]) throw new Error("ill");
    });
    made.watch("http://a");
    const until = async (count: number) => {
      while (asked.length < count) await clock.advance(500);
    };
    await until(5);
    expect(onChange).not.toHaveBeenCalled();
    await until(6);
    expect(onChange.mock.calls).toEqual([["http://a", "failing"]]);
    await until(9);
    expect(onChange).toHaveBeenCalledOnce();
    await until(10);
    expect(onChange.mock.calls.at(-1)).toEqual(["http://a", "passing"]);
    expect(onPass).toHaveBeenCalledExactlyOnceWith("http://a");
  });

  it("takes a check that needs more than a second for a failure, and ends it", async () => {
    const ended = vi.fn();
    const { clock, onChange, made } = loop(
      (_, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener("abort", () => {
            ended();
            reject(signal.reason);
          });
        }),
    );
    made.watch("http://a");
    await clock.advance(20_000);
    expect(ended.mock.calls.length).toBeGreaterThanOrEqual(3);
    expect(onChange.mock.calls).toEqual([["http://a", "failing"]]);
  });

  it("tells of every two passes in a row", async () => {
    const { clock, onPass, asked, made } = loop(async () => {});
    made.watch("http://a");
    await clock.advance(60_000);
    expect(onPass).toHaveBeenCalledTimes(Math.floor(asked.length / 2));
  });

  it("forgets an endpoint, and what its last check says", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const { clock, onPass, onChange, asked, made } = loop(() => promise, { passLimit: 1, failLimit: 1 });
    made.watch("http://a");
    await clock.advance(4000);
    while (asked.length === 0) await clock.advance(100);
    made.forget("http://a");
    resolve();
    await clock.advance(60_000);
    expect(asked).toHaveLength(1);
    expect(onPass).not.toHaveBeenCalled();
    expect(onChange).not.toHaveBeenCalled();
    expect(clock.pending).toBe(0);
  });
});
