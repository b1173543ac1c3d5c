// A replica answers, but ten times slower than the others.
import { allLive, isShunned, nothingHangs, slows, streamsAreWhole, succeeds } from "../checks.ts";
import { between } from "../figures.ts";
import type { Scenario } from "../scenario.ts";

/** How long the client may take to find out: it needs a number of answers for that, so at a low rate it takes longer. */
const noticeMs = (perSecond: number) => Math.max(2000, 200_000 / perSecond);

export const slow: Scenario = {
  id: "slow",
  chaos: "C3",
  title: "one of three 10 x slower",
  lanes: ({ isQuick }) => (isQuick ? 6 : 50),
  async strike({ replicas, perSecond, until, sleep, mark }) {
    await until(1 / 3);
    mark("fault");
    replicas[0]!.slow(200);
    await sleep(noticeMs(perSecond));
    mark("due");
    await until(0.9);
    mark("healed");
    replicas[0]!.slow(0);
    await until(1);
  },
  judge(noted, { isQuick }) {
    const [faultMs, healedMs] = between(noted, "fault", "healed");
    const [dueMs] = between(noted, "due");
    const healthy = between(noted, undefined, "fault");
    return [
      succeeds(noted),
      streamsAreWhole(noted),
      // Ejected, when it is still called often enough to be judged; else the balancer sees to it by its latencies alone.
      isShunned(noted, "calls that went there after 2 s", [dueMs, healedMs], 10),
      // Of a short run's calls, the first ones at the slow one are more than one in a hundred.
      isQuick
        ? slows(noted, "p99 after 2 s", [dueMs, healedMs], healthy, 1.5)
        : slows(noted, "p99 with a slow one", [faultMs, healedMs], healthy, 1.5),
      nothingHangs(noted),
      allLive(noted),
    ];
  },
};
