// A replica is there, and gone, and there again, every 2 seconds.
import { allLive, atLeast, atMost, type Check, exactly, nothingHangs, succeeds } from "../checks.ts";
import { type Noted, peakWithin } from "../figures.ts";
import { breakerChanges } from "../replica-figures.ts";
import type { Length, Scenario } from "../scenario.ts";

const turnMs = 2000;
/** It opens, and twice again: so many rests show that they grow. */
const openings = 3;
/** The two rests between are up to 99 s; and while it is closed, calls shun it, so that it may take long to fail. */
const longestMs = 180_000;
/** A breaker's first rest. */
const restS = 30;

export const flapping: Scenario = {
  id: "flapping",
  chaos: "C5",
  title: "one of three flapping, 2 s up, 2 s down",
  hasProxies: true,
  async strike({ replicas, seconds, isQuick, target, clock, sleep, mark }) {
    const proxy = replicas[0]!.proxy!;
    const urls = replicas.map(({ url }) => url);
    const beganMs = clock.now();
    mark("fault");
    const opened = () => breakerChanges({ ...target, urls }, 0).filter(({ to }) => to === "open").length;
    const isOver = () => {
      const tookMs = clock.now() - beganMs;
      return tookMs >= seconds * 1000 && (isQuick || opened() >= openings || tookMs >= longestMs);
    };
    for (let turn = 0; !isOver(); turn++) {
      if (turn % 2 === 0) await proxy.down();
      else await proxy.up();
      await sleep(turnMs);
    }
    await proxy.up();
  },
  judge: (noted, length) => [succeeds(noted), ...calm(noted, length), nothingHangs(noted), allLive(noted)],
};

/** Its breaker changes seldom, and rests twice as long every time it opens again. */
function calm(noted: Noted, { isQuick }: Length): Check[] {
  const changes = breakerChanges(noted, 0);
  const rests = changes.filter(({ to }) => to === "open").map(({ restMs }) => restMs / 1000);
  const isGrown = (seconds: number, at: number) => Math.abs(seconds / (restS * 2 ** at) - 1) <= 0.1;
  const times = changes.map(({ atMs }) => atMs);
  return [
    atMost("changes of its breaker within a minute", peakWithin(times, 60_000), 6),
    atLeast("times it opened", rests.length, isQuick ? 1 : openings),
    {
      ...exactly(
        "rests that are not 30, 60, 120 s, 10 % more or less",
        rests.filter((s, at) => !isGrown(s, at)).length,
        0,
      ),
      got: rests.map((s) => `${Math.round(s)} s`).join(", "),
    },
  ];
}
