// What one replica says arrives as noise, broken off, or ends too early.
import type { TcpFault } from "#resilience/testing/tcp-fault.ts";
import { allLive, exactly, nothingHangs, succeeds } from "../checks.ts";
import { callsIn, wholeOf } from "../figures.ts";
import type { Scenario } from "../scenario.ts";

const faults: readonly TcpFault[] = [
  { kind: "garbage", bytes: 50 },
  { kind: "cut", afterBytes: 30 },
  { kind: "cut", afterBytes: 0 },
  { kind: "reset", afterBytes: 10 },
];

export const garbage: Scenario = {
  id: "garbage",
  chaos: "C9",
  title: "noise and broken-off answers from one of three",
  hasProxies: true,
  async strike({ replicas, seconds, clock, until, sleep, mark }) {
    const proxy = replicas[0]!.proxy!;
    await until(0.1);
    mark("fault");
    for (let turn = 0, end = clock.now() + seconds * 800; clock.now() < end; turn++) {
      proxy.inject(faults[turn % faults.length]!);
      await sleep(100);
    }
    proxy.inject({ kind: "none" });
    await until(1);
  },
  judge: (noted) => [
    succeeds(noted),
    // What a broken answer looks like is not what the user asked wrongly.
    exactly(
      "calls told that they were wrong",
      callsIn(noted, wholeOf(noted)).filter(({ error }) => error?.startsWith("invalid_argument")).length,
      0,
    ),
    nothingHangs(noted),
    allLive(noted),
  ],
};
