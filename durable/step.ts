// A step: tried until it succeeds or may not be tried again; its value is kept before anyone sees it.
//
//   (new) -> running -> completed | failed
//            |     ^
//            v     |
//            waiting | held     after a crash, running -> waiting -> running at once; completed and failed stay
//
// Waiting counts against the step's attempts, held (by a quota, by a human who must decide) does not.
import { durationMs } from "@bufbuild/protobuf/wkt";
import type { Clock } from "#core/clock.ts";
import { failure, failureOf } from "#core/failure.ts";
import type { Rng } from "#core/rng.ts";
import type { StepFailure } from "#gen/synapse/v1/run_pb.ts";
import { attemptOnce } from "./attempt.ts";
import { backoffMs, checkedRetry } from "./backoff.ts";
import { type Codec, defaultRetry, isRetryable, type StepContext, type StepOptions, type StepResult } from "./flow.ts";
import { type QuotaOptions, quotaHold } from "./hold.ts";
import type { Journal } from "./journal.ts";
import { pauseUntil } from "./pause.ts";
import { restarted, stepFailure } from "./step-failure.ts";
import { stepHold } from "./step-hold.ts";
import { stepLog } from "./step-log.ts";
import type { UnderWay } from "./under-way.ts";
import type { Waits } from "./waits.ts";

export interface StepParts {
  way: UnderWay;
  journal: Journal;
  waits: Waits;
  clock: Clock;
  rng: Rng;
  quota: QuotaOptions;
}

export interface StepCall<T> extends StepOptions {
  name: string;
  codec: Codec<T>;
  fn: (context: StepContext) => Promise<StepResult<T>>;
}

const defaultTimeoutMs = 600_000;

/** The name in events: `code` in its first round, then `code-2`. */
export function stepIdOf(name: string, round: number): string {
  return round === 1 ? name : `${name}-${round}`;
}

/** Does a step as far as it is not done, and gives its value as the journal has it. */
export async function takeStep<T>(parts: StepParts, call: StepCall<T>): Promise<T> {
  const { way, journal, clock, rng, quota } = parts;
  const { name, round = 1, agent = "", timeoutMs = defaultTimeoutMs, codec, fn } = call;
  if (!(timeoutMs > 0)) throw new RangeError(`timeoutMs must be above 0, got ${timeoutMs}`);
  const policy = checkedRetry({ ...defaultRetry, ...call.retry });
  const stepId = stepIdOf(name, round);
  const key = `${way.id}/${name}/${round}`;
  const log = stepLog(way, journal, stepId);
  const holds = stepHold({ ...parts, log, stepId });
  const now = () => clock.date().getTime();

  const known = log.known();
  if (known?.state === "completed") return codec.decode(known.result);
  if (known?.state === "failed") throw gaveUp(known);
  if (known?.state === "running") log.retrying(known.attempt, restarted, now());
  if (known?.state === "waiting") await pauseUntil(known.next, clock, way.signal);
  if (known?.state === "held") await allowed(holds.goOn(), known.attempt);

  // Tries count from the start of this process: restarts of the gateway use up nobody's attempts.
  let tries = 0;
  for (let attempt = (known?.attempt ?? 0) + 1; ; attempt++) {
    log.started(attempt, agent);
    const done = await attemptOnce(fn, { way, clock, stepId, attempt, key, timeoutMs }).then(
      (result) => ({ result }),
      (error: unknown) => recover(error, attempt),
    );
    if (done !== undefined) return keep(done.result, attempt);
  }

  /** Waits until the next attempt may begin; throws when there is none, and, like everything that writes, when the run is stopped. */
  async function recover(error: unknown, attempt: number): Promise<undefined> {
    way.signal.throwIfAborted();
    const hold = call.hold?.(error) ?? quotaHold(error, holds.waited, now(), quota);
    if (hold instanceof Error) throw giveUp(hold, attempt);
    if (hold !== undefined && (await allowed(holds.begin(hold, attempt, error), attempt))) return;
    tries++;
    if (tries >= policy.attempts || !isRetryable(error)) throw giveUp(error, attempt);
    const next = Math.ceil(now() + Math.max(backoffMs(tries, policy, rng), retryAfterMs(error)));
    log.retrying(attempt, stepFailure(error), next);
    await pauseUntil(next, clock, way.signal);
  }

  /** What holds the step up; a human who says no ends it. */
  function allowed<R>(held: Promise<R>, attempt: number): Promise<R> {
    return held.catch((error) => {
      way.signal.throwIfAborted();
      throw giveUp(error, attempt);
    });
  }

  /** What goes on is the value as it was kept: the workflow sees the same with and without a crash. */
  function keep(result: StepResult<T>, attempt: number): T {
    let kept: Uint8Array;
    try {
      kept = codec.encode(result.value);
    } catch (error) {
      throw giveUp(error, attempt);
    }
    log.completed(attempt, kept, result);
    return codec.decode(kept);
  }

  function giveUp(error: unknown, attempt: number): Error {
    const why = stepFailure(error);
    log.failed(attempt, why);
    return gaveUp(why, error);
  }

  function gaveUp({ reason, message }: Pick<StepFailure, "reason" | "message">, cause?: unknown): Error {
    return failure(reason, `step ${stepId}: ${message}`, { cause });
  }
}

/** When the peer said that an attempt makes sense again; 0 when it did not say. */
function retryAfterMs(error: unknown): number {
  const stated = failureOf(error)?.retryAfter;
  return stated === undefined ? 0 : durationMs(stated);
}
