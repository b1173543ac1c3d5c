// Counts calls and retries under way: of many calls that fail at once only a share may be retried at once.

export interface RetrySlots {
  /** A call begins; gives what tells its end, which counts once. */
  enter(): () => void;
  /** A call goes on to its second attempt; undefined when there is no room, else what tells the end of its retries. */
  take(): (() => void) | undefined;
  stats(): { calls: number; retries: number };
}

export function retrySlots({ share, least }: { share: number; least: number }): RetrySlots {
  let calls = 0;
  let retries = 0;
  return {
    enter() {
      calls++;
      return once(() => calls--);
    },
    take() {
      if (retries >= Math.max(least, Math.floor(calls * share))) return undefined;
      retries++;
      return once(() => retries--);
    },
    stats: () => ({ calls, retries }),
  };
}

function once(run: () => void): () => void {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    run();
  };
}
