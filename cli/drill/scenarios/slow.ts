// A replica answers, but ten times slower than the others.
import { allLive, nothingHangs, slows, succeeds } from "../checks.ts";
import { between } from "../figures.ts";
import type { Scenario } from "../scenario.ts";

/** How long the client may take to find out: it needs a number of answers for that, so at a low rate it takes longer. */
const noticeMs = (perSecond: number) => Math.max(2000, 200_000 / perSecond);

export const slow: Scenario = {
  id: "slow",
  chaos: "C3",
  title: "one of three 10 x slower",
  async strike({ replicas, perSecond, until, sleep, mark }) {
    await until(1 / 3);
    mark("fault");
    replicas[0]!.slow(200);
    await sleep(noticeMs(perSecond));
    mark("noticed");
    await until(0.9);
    mark("healed");
    replicas[0]!.slow(0);
    await until(1);
  },
  judge: (noted) => [
    succeeds(noted),
    slows(noted, "p99 once noticed", between(noted, "noticed", "healed"), between(noted, undefined, "fault"), 1.5),
    nothingHangs(noted),
    allLive(noted),
  ],
};
