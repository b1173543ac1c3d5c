// Three times as many calls come as the replicas can serve.
import { allLive, atLeast, atMost, nothingHangs, slows, succeeds } from "../checks.ts";
import { between, callsIn, type Noted } from "../figures.ts";
import type { Scenario } from "../scenario.ts";

const [medianMs, sigma, slots, replicas] = [100, 0.4, 2, 3];
/** Calls a second that can be served: a log-normal's mean is above its median. */
const capacity = (replicas * slots * 1000) / (medianMs * Math.exp(sigma ** 2 / 2));
/** After the burst every call is served again in this time. */
const recoveryS = 5;

export const overload: Scenario = {
  id: "overload",
  chaos: "C11",
  title: "three times the calls that can be served",
  replica: { medianMs, sigma, slots, isLimited: true },
  // Half of what can be served: these must be.
  perSecond: Math.round(capacity / 2),
  // The overload is a third of it: 30 s in a run of a minute.
  lengthMs: ({ seconds, isQuick }) => Math.max(15, isQuick ? seconds : 1.5 * seconds) * 1000,
  async strike({ until, burst, mark }) {
    await until(1 / 3);
    mark("fault");
    const stop = burst(2.5 * capacity);
    await until(2 / 3);
    stop();
    mark("healed");
    await until(1);
  },
  judge: (noted) => {
    const [from, to] = between(noted, "fault", "healed");
    const healthy = between(noted, undefined, "fault");
    const everyone: Noted = { ...noted, calls: [...noted.calls, ...noted.burst] };
    const served = callsIn(everyone, [from, to]).filter(({ error }) => error === undefined).length;
    const late = callsIn(noted, between(noted, "healed")).filter(({ error }) => error !== undefined);
    return [
      succeeds(noted, 99, [from, to]),
      atLeast("served of what can be", (served / (((to - from) / 1000) * capacity)) * 100, 80, " %"),
      slows(everyone, "p99 of what is served", [from, to], healthy, 3),
      atMost("all calls go well", Math.max(0, ...late.map(({ dueMs }) => (dueMs - to) / 1000)), recoveryS, " s later"),
      nothingHangs(noted),
      allLive(noted),
    ];
  },
};
