// Connections are reset at random moments while streams are read over them.
import { allLive, atLeast, atMost, exactly, nothingHangs, streamsAreWhole, succeeds } from "../checks.ts";
import { count } from "../figures.ts";
import type { Scenario } from "../scenario.ts";

/** On the average; a stream takes 200 ms. Every call a reset breaks before its answer costs the retry budget a token. */
const betweenMs = 400;

export const resets: Scenario = {
  id: "resets",
  chaos: "C8",
  title: "connections reset while streams are read",
  hasProxies: true,
  lanes: ({ isQuick }) => (isQuick ? 10 : 50),
  streams: ({ isQuick }) => (isQuick ? 100 : 1000),
  async strike({ replicas, streamsRead, sleep, rng }) {
    let isDone = false;
    const done = streamsRead.then(() => {
      isDone = true;
    });
    while (!isDone) {
      await Promise.race([sleep(2 * betweenMs * rng.float()), done]);
      const links = replicas.flatMap(({ proxy }) => [...proxy!.links]);
      links[Math.floor(rng.float() * links.length)]?.inject({ kind: "reset", afterBytes: 0 });
    }
  },
  judge: (noted) => {
    const runs = noted.streamRuns.length;
    const ids = new Set(noted.streamRuns).size;
    const sum = (what: "lost" | "doubled") => noted.streams.reduce((all, each) => all + each[what], 0);
    return [
      streamsAreWhole(noted),
      succeeds(noted),
      exactly("messages lost", sum("lost"), 0),
      exactly("messages doubled", sum("doubled"), 0),
      // A replica that breaks off a stream again and again before its first message is given up for another.
      atMost("handlers that ran twice", runs - ids, noted.streams.length / 100),
      exactly("streams that were made", ids, noted.streams.length),
      // A run in which nothing was cut would prove nothing.
      atLeast("streams resumed", count(noted, "resumed"), noted.streams.length / 20),
      nothingHangs(noted),
      allLive(noted),
    ];
  },
};
