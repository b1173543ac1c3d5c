// The provider behind one replica says that it has had enough, and when to come back.
import { allLive, amplifies, atMost, nothingHangs, succeeds } from "../checks.ts";
import { attemptsIn, between, callsIn } from "../figures.ts";
import type { Scenario } from "../scenario.ts";

const retryAfterS = 2;

export const rateLimit: Scenario = {
  id: "rate-limit",
  chaos: "",
  title: `429 with Retry-After ${retryAfterS} from the provider of one of three`,
  hasProvider: true,
  async strike({ provider, until, mark }) {
    await until(1 / 3);
    mark("fault");
    await provider({ otherwise: { status: 429, retryAfterS } });
    await until(2 / 3);
    await provider({});
    mark("healed");
    await until(1);
  },
  judge: (noted) => {
    const limited = between(noted, "fault", "healed");
    const asked = attemptsIn(noted, limited).filter(({ to }) => to === 0).length;
    return [
      succeeds(noted),
      // It was told when to come back: who asks all the same only makes it worse.
      atMost("calls that went to the limited one", (asked / callsIn(noted, limited).length) * 100, 10, " %"),
      amplifies(noted, 1.1),
      nothingHangs(noted),
      allLive(noted),
    ];
  },
};
