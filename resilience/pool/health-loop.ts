// Asks the endpoints now and then how they are: each on its own, never twice at a time, from watch() to forget() or stop().
import { type Clock, systemClock } from "#core/clock.ts";
import { failure, Reason } from "#core/failure.ts";
import { type Rng, systemRng } from "#core/rng.ts";
import { checked, type Health, type HealthLimits, presumed } from "../outliers/health.ts";
import { durationProblems, must, type Problem, refuse } from "../problem.ts";

export interface HealthLoopOptions extends HealthLimits {
  /** How long after one check the next begins, in milliseconds. */
  intervalMs: number;
  /** How much that varies, as a share: not all endpoints are asked at once. */
  jitter: number;
  /** A check that takes longer has failed. */
  timeoutMs: number;
}

export const healthLoopDefaults: HealthLoopOptions = {
  intervalMs: 5000,
  jitter: 0.2,
  timeoutMs: 1000,
  failLimit: 3,
  passLimit: 2,
};

export function healthLoopProblems({
  intervalMs,
  jitter,
  timeoutMs,
  failLimit,
  passLimit,
}: HealthLoopOptions): Problem[] {
  return [
    ...durationProblems("intervalMs", intervalMs),
    ...durationProblems("timeoutMs", timeoutMs),
    ...must(!(intervalMs <= timeoutMs), "intervalMs", `must be above timeoutMs (${timeoutMs}), got ${intervalMs}`),
    ...must(jitter >= 0 && jitter < 1, "jitter", `must be from 0 to below 1, got ${jitter}`),
    ...must(
      Number.isInteger(failLimit) && failLimit >= 1,
      "failLimit",
      `must be a whole number from 1, got ${failLimit}`,
    ),
    ...must(
      Number.isInteger(passLimit) && passLimit >= 1,
      "passLimit",
      `must be a whole number from 1, got ${passLimit}`,
    ),
  ];
}

export interface HealthLoopParts extends HealthLoopOptions {
  /** Resolves when the endpoint is well; it should end with the signal, and is not asked again before it has. */
  check: (url: string, signal: AbortSignal) => Promise<void>;
  /** An endpoint's health is not what it was. */
  onChange: (url: string, health: Health["kind"]) => void;
  /** As many checks in a row have passed as `passLimit` says: the endpoint can be called. */
  onPass: (url: string) => void;
  clock: Clock;
  rng: Rng;
}

export interface HealthLoop {
  /** Begins to check an endpoint; one that is being checked goes on. */
  watch(url: string): void;
  forget(url: string): void;
  stop(): void;
  /** How long a failing endpoint is out at least. */
  readonly leastRestMs: number;
}

interface Watched {
  health: Health;
  passes: number;
  callOff: () => void;
  /** Ends the check under way. */
  end: (() => void) | undefined;
}

export function healthLoop(
  given: Partial<HealthLoopParts> & Pick<HealthLoopParts, "check" | "onChange" | "onPass">,
): HealthLoop {
  const options: HealthLoopParts = { ...healthLoopDefaults, clock: systemClock, rng: systemRng, ...given };
  const { check, onChange, onPass, intervalMs, jitter, timeoutMs, passLimit, clock, rng } = options;
  refuse(healthLoopProblems(options));
  const watched = new Map<string, Watched>();

  function schedule(url: string, one: Watched) {
    const waitMs = intervalMs * (1 + jitter * (2 * rng.float() - 1));
    one.callOff = clock.after(waitMs, () => {
      if (one.end === undefined) void ask(url, one);
      schedule(url, one);
    });
  }

  async function ask(url: string, one: Watched) {
    const ending = new AbortController();
    let isTold = false;
    const tell = (hasPassed: boolean) => {
      if (isTold) return;
      isTold = true;
      if (watched.get(url) === one) told(url, one, hasPassed);
    };
    const callOff = clock.after(timeoutMs, () => {
      tell(false);
      ending.abort(failure(Reason.DEADLINE, `the health check of ${url} took over ${timeoutMs} ms`));
    });
    one.end = () => {
      callOff();
      ending.abort(failure(Reason.CANCELED, `the health check of ${url} is of no use any more`));
    };
    try {
      await check(url, ending.signal);
      tell(true);
    } catch {
      tell(false);
    } finally {
      callOff();
      one.end = undefined;
    }
  }

  function told(url: string, one: Watched, hasPassed: boolean) {
    const before = one.health.kind;
    one.health = checked(one.health, hasPassed, options);
    one.passes = hasPassed ? one.passes + 1 : 0;
    if (one.health.kind !== before) onChange(url, one.health.kind);
    if (one.passes < passLimit) return;
    one.passes = 0;
    onPass(url);
  }

  function forget(url: string) {
    const one = watched.get(url);
    watched.delete(url);
    one?.callOff();
    one?.end?.();
  }

  return {
    watch(url) {
      if (watched.has(url)) return;
      const one: Watched = { health: presumed, passes: 0, callOff: () => {}, end: undefined };
      watched.set(url, one);
      schedule(url, one);
    },
    forget,
    leastRestMs: intervalMs * passLimit,
    stop() {
      for (const url of [...watched.keys()]) forget(url);
    },
  };
}
