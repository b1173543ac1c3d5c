// The claude process itself, three times, with its builtin engine: one is killed, and comes back.
import { allLive, amplifies, nothingHangs, succeeds } from "../checks.ts";
import type { Scenario } from "../scenario.ts";
import { kill } from "./kill.ts";

export const realAgents: Scenario = {
  id: "real-agents",
  chaos: "",
  title: "kill -9 of one of three real claude processes",
  isReal: true,
  task: "print the first 20 Fibonacci numbers",
  // A plan of the builtin engine is work for the processor.
  rateShare: 1 / 5,
  strike: kill.strike,
  judge: (noted) => [succeeds(noted), amplifies(noted, 1.02), nothingHangs(noted), allLive(noted)],
};
