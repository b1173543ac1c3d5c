// A replica is there, and gone, and there again, every 2 seconds.
import { allLive, atMost, exactly, nothingHangs, succeeds } from "../checks.ts";
import type { Noted } from "../figures.ts";
import type { Scenario } from "../scenario.ts";

const turnMs = 2000;

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

/** Its breaker changes seldom, and rests longer every time it opens again. */
function calm(noted: Noted) {
  const changes = noted.happenings.flatMap(({ happening }) =>
    happening.kind === "breaker-changed" ? [happening] : [],
  );
  const minutes = (noted.endMs - noted.startMs) / 60_000;
  const rests = changes.filter(({ to }) => to === "open").map(({ restMs }) => restMs);
  const shrinking = rests.filter((restMs, at) => at > 0 && restMs < rests[at - 1]!);
  return [
    atMost("changes of its breaker", changes.length, Math.max(6, Math.ceil(6 * minutes))),
    exactly("rests shorter than the one before", shrinking.length, 0),
  ];
}
