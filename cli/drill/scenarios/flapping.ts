// A replica is there, and gone, and there again, every 2 seconds.
import { allLive, atMost, type Check, exactly, nothingHangs, succeeds } from "../checks.ts";
import { type Noted, peakWithin } from "../figures.ts";
import { breakerChanges } from "../replica-figures.ts";
import type { Scenario } from "../scenario.ts";

const turnMs = 2000;
/** A breaker's first rest, and what chance adds to it or takes from it. */
const restMs = 30_000;
const jitter = 0.1;
/** Who fails within so long after its rest has not recovered. */
const relapseMs = 10_000;

export const flapping: Scenario = {
  id: "flapping",
  chaos: "C5",
  title: "one of three flapping, 2 s up, 2 s down",
  hasProxies: true,
  async strike({ replicas, seconds, sleep, mark }) {
    const proxy = replicas[0]!.proxy!;
    mark("fault");
    for (let turn = 0; turn * turnMs < seconds * 1000; turn++) {
      if (turn % 2 === 0) await proxy.down();
      else await proxy.up();
      await sleep(turnMs);
    }
    await proxy.up();
  },
  judge: (noted) => [succeeds(noted), ...calm(noted), nothingHangs(noted), allLive(noted)],
};

const restsOf = (noted: Noted) => breakerChanges(noted, 0).filter(({ to }) => to === "open");

/**
 * Its breaker changes seldom, and rests twice as long every time it opens again: 30, 60, 120 s. It need not open: a balancer
 * that shuns who fails gives it hardly any calls.
 */
function calm(noted: Noted): Check[] {
  const changes = breakerChanges(noted, 0);
  const isAbout = (ms: number, wantedMs: number) => Math.abs(ms - wantedMs) <= Math.ceil(jitter * wantedMs);
  let usualMs = restMs;
  let calmMs = Number.NEGATIVE_INFINITY;
  const wrong = restsOf(noted).filter(({ atMs, restMs: ms }) => {
    usualMs = atMs < calmMs ? 2 * usualMs : restMs;
    calmMs = atMs + ms + relapseMs;
    return !isAbout(ms, usualMs);
  });
  const times = changes.map(({ atMs }) => atMs);
  return [
    atMost("changes of its breaker within a minute", peakWithin(times, 60_000), 6),
    exactly("rests that did not double", wrong.length, 0),
  ];
}
