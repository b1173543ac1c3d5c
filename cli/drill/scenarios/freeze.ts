// A replica stops without a word, as a paused machine does, and goes on later.
import { allLive, amplifies, exactly, isNoticed, nothingHangs, streamsAreWhole, succeeds } from "../checks.ts";
import { between, count } from "../figures.ts";
import { pingsOf, type Scenario } from "../scenario.ts";

export const freeze: Scenario = {
  id: "freeze",
  chaos: "C2",
  title: "one of three frozen (SIGSTOP)",
  lanes: ({ isQuick }) => (isQuick ? 6 : 50),
  async strike({ replicas, until, mark }) {
    await until(1 / 4);
    mark("fault");
    replicas[0]!.process.freeze();
    await until(3 / 4);
    replicas[0]!.process.thaw();
    mark("healed");
    await until(1);
  },
  judge(noted, length) {
    const { pingIntervalMs, pingTimeoutMs } = pingsOf(length);
    return [
      succeeds(noted),
      streamsAreWhole(noted),
      amplifies(noted, 1.05),
      // By calls that ran out of time; where none are made, by a ping.
      isNoticed(noted, (pingIntervalMs + pingTimeoutMs) / 1000),
      // What comes late from the thawed replica is no news, neither bad nor good.
      exactly(
        "closed breakers opened after the thaw",
        count(noted, "breaker-changed", ({ from, to }) => from === "closed" && to === "open", between(noted, "healed")),
        0,
      ),
      exactly(
        "open breakers closed without a probe",
        count(noted, "breaker-changed", ({ from, to }) => from === "open" && to === "closed"),
        0,
      ),
      nothingHangs(noted),
      allLive(noted),
    ];
  },
};
