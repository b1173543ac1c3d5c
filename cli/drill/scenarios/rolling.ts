// All replicas are asked to leave and started again, one after the other.
import { allLive, nothingHangs, streamsAreWhole, succeeds } from "../checks.ts";
import type { Scenario } from "../scenario.ts";

/** A process that leaves has this long. */
const leaveMs = 25_000;

export const rolling: Scenario = {
  id: "rolling",
  chaos: "C10",
  title: "rolling restart (SIGTERM) of all three",
  lanes: ({ isQuick }) => (isQuick ? 6 : 50),
  async strike({ replicas, seconds, clock, sleep, until, wrong }) {
    const pauseMs = (seconds * 1000) / (replicas.length + 2);
    for (const [at, replica] of replicas.entries()) {
      await sleep(pauseMs / 2);
      const askedMs = clock.now();
      const code = await replica.leave();
      const tookMs = clock.now() - askedMs;
      if (code !== 0) wrong(`replica ${at} left with ${code}`);
      if (tookMs > leaveMs) wrong(`replica ${at} took ${Math.round(tookMs)} ms to leave`);
      await replica.process.start();
      await sleep(pauseMs / 2);
    }
    await until(1);
  },
  judge: (noted) => [succeeds(noted, 100), streamsAreWhole(noted), nothingHangs(noted), allLive(noted)],
};
