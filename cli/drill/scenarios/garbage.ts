// What one replica says arrives as noise, broken off, or ends too early.
import type { TcpFault } from "#resilience/testing/tcp-fault.ts";
import { allLive, atLeast, exactly, nothingHangs, succeeds } from "../checks.ts";
import { between, callsIn, wholeOf } from "../figures.ts";
import { noticedAfterMs } from "../replica-figures.ts";
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
      "calls told anything but that it is not available",
      callsIn(noted, wholeOf(noted)).filter(({ error = "unavailable" }) => !error.startsWith("unavailable")).length,
      0,
    ),
    atLeast("replicas taken out", noticedAfterMs(noted, 0, between(noted, "fault")[0]) >= 0 ? 1 : 0, 1),
    nothingHangs(noted),
    allLive(noted),
  ],
};
