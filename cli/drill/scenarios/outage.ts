// All replicas die, and come back.
import { allLive, amplifies, atMost, type Check, nothingHangs } from "../checks.ts";
import { attemptsIn, between, callsIn, type Noted, peakWithin, percentile } from "../figures.ts";
import type { Length, Scenario } from "../scenario.ts";

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
  // They are healthy for a third of the given time, and then all are dead for the whole of it; a short run has less.
  lengthMs: ({ seconds, isQuick }) => (seconds * 1000 * (isQuick ? 3 : 4)) / 3,
  async strike({ replicas, until, sleep, mark }) {
    await until(1 / 4);
    mark("fault");
    await Promise.all(replicas.map((each) => each.kill()));
    await until(1);
    mark("returning");
    await Promise.all(replicas.map((each) => each.process.start()));
    mark("healed");
    await sleep(afterMs);
  },
  judge: (noted, length) => {
    const [diedMs, returningMs] = between(noted, "fault", "returning");
    return [
      nothingHangs(noted),
      amplifies(noted, 1.1, [diedMs, returningMs], "attempts a call in the outage"),
      amplifies(noted, 0.05, [diedMs + noticeMs, returningMs], "attempts a call once breakers are open"),
      failsFast(noted, length),
      recovers(noted),
      peaks(noted),
      allLive(noted),
    ];
  },
};

/** Who can't be served is told so at once. Of a short run's errors, those of the first second are more than one in a hundred. */
function failsFast(noted: Noted, { isQuick }: Length): Check {
  const [diedMs, returningMs] = between(noted, "fault", "returning");
  const calls = callsIn(noted, [diedMs + (isQuick ? noticeMs : 0), returningMs]);
  const times = calls.filter(({ error }) => error !== undefined).map(({ tookMs }) => tookMs);
  const what = isQuick ? "p99 of the errors after the first second" : "p99 of the errors";
  return { ...atMost(what, percentile(times, 0.99), 50, " ms"), isFine: true };
}

/** The last call that failed was due so long after the return. */
function recovers(noted: Noted): Check {
  const healed = between(noted, "healed");
  const late = callsIn(noted, healed).filter(({ error }) => error !== undefined);
  const lastMs = Math.max(0, ...late.map(({ dueMs }) => dueMs - healed[0]));
  return atMost("all calls go well", lastMs / 1000, recoveryMs / 1000, " s after the return");
}

/** No stampede meets the replicas that come back. */
function peaks(noted: Noted): Check {
  const [startMs, diedMs] = between(noted, undefined, "fault");
  const steady = attemptsIn(noted, [startMs, diedMs]).length / ((diedMs - startMs) / 1000);
  const peak = peakWithin(attemptsIn(noted, between(noted, "healed")).map(({ atMs }) => atMs));
  // A caller that was late makes up for it with a peak of its own.
  return { ...atMost("peak of attempts after the return", peak / steady, 1.3, " x the steady rate"), isFine: true };
}
