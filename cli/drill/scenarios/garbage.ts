// What one replica says arrives as noise, broken off, or ends too early.
import type { TcpFault } from "#resilience/testing/tcp-fault.ts";
import { allLive, exactly, isNoticed, isShunned, nothingHangs, succeeds } from "../checks.ts";
import { between, callsIn, wholeOf } from "../figures.ts";
import type { Scenario } from "../scenario.ts";

/** Three health checks in a row must fail, one every 5 s, a fifth more or less. */
const ejectS = 20;

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
    mark("healed");
    await until(1);
  },
  judge(noted, { isQuick }) {
    const [faultMs, healedMs] = between(noted, "fault", "healed");
    return [
      succeeds(noted),
      // What a broken answer looks like is not what the user asked wrongly.
      exactly(
        "calls told anything but that it is not available",
        callsIn(noted, wholeOf(noted)).filter(({ error = "unavailable" }) => !error.startsWith("unavailable")).length,
        0,
      ),
      // A failure counts as a slow answer, so it gets hardly any calls after the first ones.
      isShunned(noted, "calls that went there after a second", [faultMs + 1000, healedMs], 5),
      // Who is shunned gives no evidence: health checks eject it, which a short run can't wait for.
      ...(isQuick ? [] : [isNoticed(noted, ejectS)]),
      nothingHangs(noted),
      allLive(noted),
    ];
  },
};
