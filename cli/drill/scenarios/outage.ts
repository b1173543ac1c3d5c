// All replicas die, and come back.
import { allLive, amplifies, atMost, type Check, nothingHangs } from "../checks.ts";
import { attemptsIn, between, callsIn, type Noted, peakPerSecond, percentile } from "../figures.ts";
import type { Scenario } from "../scenario.ts";

/** From when the replicas serve again to when every call goes well: health checks every 5 s, and two must pass. */
const recoveryMs = 12_000;
/** Until the breakers have opened, calls are tried, and tried again. */
const noticeMs = 1000;
/** Where the time until all calls go well is looked for. */
const afterMs = 20_000;

export const outage: Scenario = {
  id: "outage",
  chaos: "C4",
  title: "all three killed",
  async strike({ replicas, until, sleep, mark }) {
    await until(1 / 3);
    await Promise.all(replicas.map((each) => each.kill()));
    mark("fault");
    await until(1);
    mark("returning");
    await Promise.all(replicas.map((each) => each.process.start()));
    mark("healed");
    await sleep(afterMs);
  },
  judge: (noted) => {
    const down = between(noted, "fault", "returning");
    const failed = callsIn(noted, [down[0] + noticeMs, down[1]]).filter(({ error }) => error !== undefined);
    const p99 = percentile(
      failed.map(({ tookMs }) => tookMs),
      0.99,
    );
    return [
      nothingHangs(noted),
      amplifies(noted, 1.1, down, "attempts a call in the outage"),
      { ...atMost("p99 of the errors after the first second", p99, 50, " ms"), isFine: true },
      recovers(noted),
      peaks(noted),
      allLive(noted),
    ];
  },
};

/** The last call that failed was due so long after the return. */
function recovers(noted: Noted): Check {
  const healed = between(noted, "healed");
  const late = callsIn(noted, healed).filter(({ error }) => error !== undefined);
  const lastMs = Math.max(0, ...late.map(({ dueMs }) => dueMs - healed[0]));
  return atMost("all calls go well", lastMs / 1000, recoveryMs / 1000, " s after the return");
}

/** No stampede meets the replicas that come back. */
function peaks(noted: Noted): Check {
  const healthy = peakPerSecond(attemptsIn(noted, between(noted, undefined, "fault")).map(({ atMs }) => atMs));
  const after = peakPerSecond(attemptsIn(noted, between(noted, "healed")).map(({ atMs }) => atMs));
  // A caller that was late makes up for it with a peak of its own.
  return { ...atMost("peak of attempts after the return", after / healthy, 1.3, " x the peak before"), isFine: true };
}
