// A replica answers, but ten times slower than the others.
import { allLive, nothingHangs, slows, succeeds } from "../checks.ts";
import { between } from "../figures.ts";
import type { Scenario } from "../scenario.ts";

/** How long the client may take to find out. */
const noticeMs = 2000;

export const slow: Scenario = {
  id: "slow",
  chaos: "C3",
  title: "one of three 10 x slower",
  async strike({ replicas, until, sleep, mark }) {
    await until(1 / 3);
    replicas[0]!.slow(200);
    await sleep(noticeMs);
    mark("noticed");
    await until(0.9);
    mark("healed");
    replicas[0]!.slow(0);
    await until(1);
  },
  judge: (noted) => {
    const [noticed] = between(noted, "noticed");
    const healthy = [noted.startMs, noticed - noticeMs] as const;
    return [
      succeeds(noted),
      slows(noted, "p99 from 2 s on", between(noted, "noticed", "healed"), healthy, 1.5),
      nothingHangs(noted),
      allLive(noted),
    ];
  },
};
