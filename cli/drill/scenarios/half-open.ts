// Connections to one replica swallow everything, and tell nobody.
import {
  allLive,
  amplifies,
  atLeast,
  atMost,
  keepsDeadline,
  nothingHangs,
  slows,
  streamsAreWhole,
  succeeds,
} from "../checks.ts";
import { between, count } from "../figures.ts";
import { pingsOf, type Scenario } from "../scenario.ts";

/** A stream that has broken waits about 100 ms before it goes on, and only then there is a new connection to be seen. */
const resumeMs = 200;

export const halfOpen: Scenario = {
  id: "half-open",
  chaos: "C6",
  title: "connections to one of three silent, without a FIN",
  hasProxies: true,
  // So many that some are on the silent connections.
  lanes: ({ isQuick }) => (isQuick ? 12 : 50),
  async strike({ replicas, clock, until, mark }) {
    await until(1 / 4);
    mark("fault");
    // New connections go through: what must be found out is that the old ones are dead.
    const { links } = replicas[0]!.proxy!;
    const last = Math.max(...[...links].map(({ id }) => id));
    for (const link of links) link.inject({ kind: "half-open", afterBytes: 0 });
    const callOff = clock.every(20, () => {
      if (![...links].some(({ id }) => id > last)) return;
      mark("replaced");
      callOff();
    });
    await until(1).finally(callOff);
  },
  judge(noted, length) {
    const { pingIntervalMs, pingTimeoutMs } = pingsOf(length);
    const { fault, replaced = Number.NaN } = noted.marks;
    const since = between(noted, "fault");
    return [
      succeeds(noted),
      keepsDeadline(noted),
      // A short run has too few calls: those that wait for the silent one are more than one in a hundred.
      ...(length.isQuick ? [] : [slows(noted, "p99 from then on", since, between(noted, undefined, "fault"), 1.2)]),
      atMost("connection replaced", replaced - fault!, pingIntervalMs + pingTimeoutMs + resumeMs, " ms after"),
      streamsAreWhole(noted),
      atLeast("streams resumed", count(noted, "resumed"), 1),
      amplifies(noted, 1.05),
      nothingHangs(noted),
      allLive(noted),
    ];
  },
};
