// A replica is killed, and comes back.
import { allLive, amplifies, atLeast, type Check, nothingHangs, slows, succeeds } from "../checks.ts";
import { attemptsIn, between, type Noted } from "../figures.ts";
import type { Length, Scenario } from "../scenario.ts";

/** How long a replica that is back may have to take its share again. */
const rejoinMs = 45_000;

export const kill: Scenario = {
  id: "kill",
  chaos: "C1",
  title: "kill -9 of one of three",
  async strike({ replicas, until, mark }) {
    await until(1 / 3);
    mark("fault");
    await replicas[0]!.kill();
    await until(2 / 3);
    await replicas[0]!.process.start();
    mark("healed");
    await until(1);
  },
  judge: (noted, { isQuick }: Length) => [
    succeeds(noted),
    // A short run has too few calls for its 99th percentile to stand still.
    slows(
      noted,
      "p99 from the kill on",
      between(noted, "fault"),
      between(noted, undefined, "fault"),
      isQuick ? 1.5 : 1.2,
    ),
    amplifies(noted, 1.02),
    ...rejoined(noted),
    nothingHangs(noted),
    allLive(noted),
  ],
};

/** It has a fair share again in the time it is given; nothing is said of runs that end before. */
function rejoined(noted: Noted): Check[] {
  const [healed, end] = between(noted, "healed");
  if (end - healed < rejoinMs + 5000) return [];
  const late = attemptsIn(noted, [healed + rejoinMs, end]);
  return [atLeast("share of the returned", (late.filter(({ to }) => to === 0).length / late.length) * 100, 25, " %")];
}
