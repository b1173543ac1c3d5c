// A clock on which time runs faster: waits of seconds take milliseconds.
import { type Clock, systemClock } from "#core/clock.ts";

export function quickClock(factor: number): Clock {
  const began = systemClock.date().getTime();
  const zero = systemClock.now();
  const now = () => (systemClock.now() - zero) * factor;
  return {
    now,
    date: () => new Date(began + now()),
    sleep: (ms, signal) => systemClock.sleep(ms / factor, signal),
    after: (ms, run) => systemClock.after(ms / factor, run),
    every: (ms, run) => systemClock.every(ms / factor, run),
  };
}
