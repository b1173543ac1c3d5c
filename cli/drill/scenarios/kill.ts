// A replica is killed, and comes back.
import { allLive, amplifies, atMost, type Check, nothingHangs, slows, streamsAreWhole, succeeds } from "../checks.ts";
import { attemptsIn, between, type Noted } from "../figures.ts";
import { peakShare, shareAfterMs } from "../replica-figures.ts";
import type { Length, Scenario } from "../scenario.ts";

/** How long a replica that is back may have to take its share again. */
const rejoinMs = 45_000;
/** Its share again: a quarter of the attempts of so long, where a third is fair. */
const share = 0.25;
const lookMs = 3000;
/** In how many attempts in a row a spike is looked for: a second's, and enough that chance makes none. */
const spikeOf = 300;
const fairShare = 1 / 3;

export const kill: Scenario = {
  id: "kill",
  chaos: "C1",
  title: "kill -9 of one of three",
  // Of a short run's few attempts, those of streams that look for what died with it are too many.
  lanes: ({ isQuick }) => (isQuick ? 0 : 50),
  async strike({ replicas, isQuick, target, clock, until, sleep, mark }) {
    await until(1 / 3);
    mark("fault");
    await replicas[0]!.kill();
    await until(2 / 3);
    await replicas[0]!.process.start();
    mark("healed");
    const healedMs = clock.now();
    await until(1);
    // Its breaker rests, and then takes it back by and by: a short run can't wait for that.
    const isBack = () => shareAfterMs(target.attempts, 0, share, healedMs, lookMs) > 0;
    while (!isQuick && !isBack() && clock.now() < healedMs + rejoinMs) await sleep(1000);
  },
  judge: (noted, length) => [
    succeeds(noted),
    ...(length.isQuick ? [] : [streamsAreWhole(noted)]),
    // A short run has too few calls for its 99th percentile to stand still.
    slows(
      noted,
      "p99 from the kill on",
      between(noted, "fault"),
      between(noted, undefined, "fault"),
      length.isQuick ? 1.5 : 1.2,
    ),
    amplifies(noted, 1.02),
    ...rejoined(noted, length),
    nothingHangs(noted),
    allLive(noted),
  ],
};

/** It gets its share again in the time it is given, and never much more than that; a short run is over before. */
function rejoined(noted: Noted, { isQuick }: Length): Check[] {
  if (isQuick) return [];
  const healed = between(noted, "healed");
  const after = attemptsIn(noted, healed);
  const backMs = shareAfterMs(after, 0, share, healed[0], lookMs);
  const before = attemptsIn(noted, between(noted, undefined, "fault"));
  const peakOf = (attempts: typeof after, replica: number) => peakShare(attempts, replica, spikeOf) / fairShare;
  // The balancer's own swings are no spike: for seconds a healthy one may get that much of the load, or hardly any.
  const usual = Math.max(...[0, 1, 2].map((replica) => peakOf(before, replica)));
  return [
    atMost(`back at ${share * 100} % of the attempts`, backMs / 1000, rejoinMs / 1000, " s later"),
    atMost(`its most of ${spikeOf} attempts`, peakOf(after, 0), Math.max(1.5, usual), " x its fair share"),
  ];
}
