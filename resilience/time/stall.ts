// Whether this process stood still: a timeout that this process caused is no evidence against a peer.
import { type Clock, systemClock } from "#core/clock.ts";
import { durationProblems, type Problem, refuse } from "../problem.ts";

export interface StallOptions {
  /** How often it looks, in milliseconds. */
  tickMs: number;
  clock: Clock;
}

export const stallDefaults: StallOptions = { tickMs: 20, clock: systemClock };

export function stallProblems({ tickMs }: Pick<StallOptions, "tickMs">): Problem[] {
  return durationProblems("tickMs", tickMs);
}

export interface StallMonitor {
  /** The longest time that the event loop was late since then, in milliseconds; 0 when it was in time. */
  lagSince(startedAt: number): number;
  /** Ends it. */
  stop(): void;
}

interface Stall {
  readonly endedAt: number;
  readonly lagMs: number;
}

/** Stalls that are remembered: at the default tick, 64 of them last 2.5 s at least. */
const kept = 64;

/** Late by less than this is how timers are. */
const noticedMs = 20;

export function stallMonitor(options: Partial<StallOptions> = {}): StallMonitor {
  const { tickMs, clock } = { ...stallDefaults, ...options };
  refuse(stallProblems({ tickMs }));
  const stalls: Stall[] = [];
  let ticked = clock.now();
  const stop = clock.every(tickMs, () => {
    const now = clock.now();
    const lagMs = now - ticked - tickMs;
    ticked = now;
    if (lagMs < noticedMs) return;
    stalls.push({ endedAt: now, lagMs });
    if (stalls.length > kept) stalls.shift();
  });
  return {
    lagSince(startedAt) {
      // The timer that asks may ring before the tick that would tell.
      let longest = Math.max(0, clock.now() - ticked - tickMs);
      for (let i = stalls.length - 1; i >= 0 && stalls[i]!.endedAt >= startedAt; i--)
        longest = Math.max(longest, stalls[i]!.lagMs);
      return longest;
    },
    stop,
  };
}
