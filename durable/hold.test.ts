// How long a quota is waited for: a table of what the provider said, how often it was waited before, and the wait.
import { describe, expect, it } from "vitest";
import { failure, messageOf, Reason } from "#core/failure.ts";
import { manualClock } from "#core/manual-clock.ts";
import { RunState, WaitReason } from "#gen/synapse/v1/run_pb.ts";
import { json } from "./codec.ts";
import { defaultQuota, quotaHold } from "./hold.ts";
import { sqliteEngine } from "./sqlite.ts";
import { gateway } from "./testing/gateway.ts";

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const usedUp = (retryAfterMs?: number) =>
  failure(Reason.QUOTA_EXHAUSTED, "used up", retryAfterMs === undefined ? {} : { retryAfterMs });
const held = (error: unknown, times = 0, ms = 0) => quotaHold(error, { times, ms }, 0, defaultQuota);

describe("a quota's wait", () => {
  it.each([
    { said: 90 * second, times: 0, wait: 90 * second },
    { said: 5 * hour, times: 7, wait: 5 * hour },
    { said: 0, times: 0, wait: second },
    { said: 2 * second, times: 3, wait: 8 * second },
    { said: 0, times: 30, wait: 15 * minute },
    { said: undefined, times: 0, wait: minute },
    { said: undefined, times: 2, wait: 4 * minute },
    { said: undefined, times: 9, wait: 15 * minute },
  ])("is $wait ms after $times waits when the provider says $said", ({ said, times, wait }) => {
    const expected = { kind: "until", untilMs: wait, reason: WaitReason.QUOTA, detail: "used up" };
    expect(held(usedUp(said), times)).toEqual(expected);
  });

  it("is none for other failures", () => {
    expect(held(failure(Reason.RATE_LIMITED, "slowly", { retryAfterMs: 5 }))).toBeUndefined();
  });

  it("is refused where it would be longer than a day in all, with how long it would be", () => {
    const error = held(usedUp(20 * hour), 3, 5 * hour);
    expect(error).toBeInstanceOf(Error);
    expect(messageOf(error)).toBe("used up (a step waits 24 h for quotas at most, this one would wait 25 h)");
  });
});

describe("steps that wait for quotas", () => {
  /** Steps side by side whose first attempts fail, each with its own wait; the clock stands still until it is moved. */
  function waiting(waits: Record<string, (number | undefined)[]>) {
    const clock = manualClock();
    const attempts: Record<string, number> = {};
    const g = gateway(
      sqliteEngine,
      async (flow) => {
        const step = ([name, says]: [string, (number | undefined)[]]) =>
          flow.step(name, json(), async () => {
            const nth = attempts[name] ?? 0;
            attempts[name] = nth + 1;
            if (nth < says.length) throw usedUp(says[nth]);
            return { value: name };
          });
        await Promise.all(Object.entries(waits).map(step));
        return {};
      },
      { clock },
    );
    return { g, clock, attempts, id: g.run() };
  }

  it("keep the run WAITING until the last may go on", async () => {
    const { g, clock, attempts, id } = waiting({ code: [minute], tests: [hour] });
    await clock.advance(minute);
    expect(attempts).toEqual({ code: 2, tests: 1 });
    expect(g.store.runs.get(id)).toMatchObject({ state: RunState.WAITING, waitReason: WaitReason.QUOTA });
    await clock.advance(hour);
    expect(g.store.runs.get(id)?.state).toBe(RunState.COMPLETED);
    expect(g.log(id).slice(-4)).toEqual([
      "tests runResumed",
      "tests.2 stepStarted",
      "tests.2 stepCompleted",
      "runCompleted",
    ]);
  });

  it("wait the rest of it after a restart, or not at all when it is over", async () => {
    const { g, clock, attempts, id } = waiting({ code: [hour], tests: [2 * hour] });
    await clock.advance(minute);
    g.crash();
    await clock.advance(hour);
    g.boot();
    await clock.advance(0);
    expect(attempts).toEqual({ code: 2, tests: 1 });
    await clock.advance(hour - minute - 1);
    expect(attempts.tests).toBe(1);
    await clock.advance(1);
    expect(g.store.runs.get(id)?.state).toBe(RunState.COMPLETED);
  });

  it("count what they waited over restarts, and fail after a day", async () => {
    const { g, clock, attempts, id } = waiting({ code: Array(99).fill(7 * hour) });
    for (let restarts = 0; restarts < 3; restarts++) {
      await clock.advance(7 * hour);
      g.crash();
      g.boot();
    }
    await clock.advance(7 * hour);
    expect(attempts.code).toBe(4);
    expect(g.store.runs.get(id)).toMatchObject({ state: RunState.FAILED, failure: { reason: Reason.QUOTA_EXHAUSTED } });
    expect(clock.pending).toBe(0);
  });
});
