// Waits for a time of day, however far away: a timer of the platform holds 24 days at most.
import type { Clock } from "#core/clock.ts";

/** Resolves at `until` (milliseconds since 1970), or at once when `cut` aborts; rejects when `signal` does. */
export async function pauseUntil(until: number, clock: Clock, signal: AbortSignal, cut?: AbortSignal): Promise<void> {
  const either = cut === undefined ? signal : AbortSignal.any([signal, cut]);
  while (!cut?.aborted) {
    const leftMs = until - clock.date().getTime();
    if (leftMs <= 0) return;
    await clock.sleep(leftMs, either).catch(() => signal.throwIfAborted());
  }
}
