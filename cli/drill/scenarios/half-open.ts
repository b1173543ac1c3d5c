// Connections to one replica swallow everything, and tell nobody.
import { allLive, amplifies, nothingHangs, streamsAreWhole, succeeds } from "../checks.ts";
import type { Scenario } from "../scenario.ts";

export const halfOpen: Scenario = {
  id: "half-open",
  chaos: "C6",
  title: "connections to one of three silent, without a FIN",
  hasProxies: true,
  lanes: ({ isQuick }) => (isQuick ? 6 : 50),
  async strike({ replicas, until, mark }) {
    await until(1 / 4);
    mark("fault");
    // New connections go through: what must be found out is that the old ones are dead.
    for (const link of replicas[0]!.proxy!.links) link.inject({ kind: "half-open", afterBytes: 0 });
    await until(1);
  },
  judge: (noted) => [
    succeeds(noted),
    streamsAreWhole(noted),
    amplifies(noted, 1.05),
    nothingHangs(noted),
    allLive(noted),
  ],
};
