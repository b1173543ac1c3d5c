// Connections are reset at random messages of the streams that are read over them.
import { allLive, atLeast, exactly, nothingHangs, streamsAreWhole, succeeds } from "../checks.ts";
import { everyMsOf, type Length, messages, type Scenario } from "../scenario.ts";

/** A connection is left alone for most of the time a stream takes: all that it carries is cut with the one stream. */
const leastGapMs = (length: Length) => 0.75 * messages * everyMsOf(length);

export const resets: Scenario = {
  id: "resets",
  chaos: "C8",
  title: "connections reset while streams are read",
  // Calls have other ones: with hundreds a second, resets as many as these would be an outage for them.
  hasStreamProxies: true,
  lanes: ({ isQuick }) => (isQuick ? 10 : 50),
  streams: ({ isQuick }) => (isQuick ? 100 : 1000),
  async strike(field) {
    const { replicas, streamsRead, onMessage, clock, rng } = field;
    const drawn = new Map<string, number>();
    const resetAt = replicas.map(() => Number.NEGATIVE_INFINITY);
    onMessage(({ id, nth, to, opened }) => {
      const cutAt = drawn.get(id) ?? 1 + Math.floor(rng.float() * messages);
      drawn.set(id, cutAt);
      const now = clock.now();
      if (opened > 1 || nth < cutAt || now < resetAt[to]! + leastGapMs(field)) return;
      resetAt[to] = now;
      for (const link of replicas[to]!.streamProxy!.links) link.inject({ kind: "reset", afterBytes: 0 });
    });
    await streamsRead;
  },
  judge: (noted) => {
    const count = noted.streams.length;
    const ids = new Set(noted.streamRuns).size;
    const sum = (what: "lost" | "doubled") => noted.streams.reduce((all, each) => all + each[what], 0);
    const cut = noted.streams.filter(({ opened }) => opened > 1).length;
    return [
      streamsAreWhole(noted),
      succeeds(noted),
      exactly("messages lost", sum("lost"), 0),
      exactly("messages doubled", sum("doubled"), 0),
      exactly("streams that were made", ids, count),
      exactly("handlers that ran twice", noted.streamRuns.length - ids, 0),
      // A run in which nothing was cut would prove nothing.
      atLeast("streams cut", (cut / count) * 100, 95, " %"),
      nothingHangs(noted),
      allLive(noted),
    ];
  },
};
