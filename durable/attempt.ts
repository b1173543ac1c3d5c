// One attempt of a step: its function, with a signal that ends it in time and words that count only while it lives.
import type { Clock } from "#core/clock.ts";
import { failure, Reason } from "#core/failure.ts";
import type { StepContext, StepResult } from "./flow.ts";
import { rejection, type UnderWay } from "./under-way.ts";

export interface AttemptOptions {
  way: UnderWay;
  clock: Clock;
  stepId: string;
  attempt: number;
  key: string;
  timeoutMs: number;
}

/** Gives what `fn` gives. After the timeout or a stop of the run it does not wait for `fn`: what that still says or gives is dropped. */
export async function attemptOnce<T>(
  fn: (context: StepContext) => Promise<StepResult<T>>,
  { way, clock, stepId, attempt, key, timeoutMs }: AttemptOptions,
): Promise<StepResult<T>> {
  const controller = new AbortController();
  const { signal } = controller;
  let over = false;
  const stop = () => controller.abort(way.signal.reason);
  way.signal.addEventListener("abort", stop, { once: true });
  const callOff = clock.after(timeoutMs, () =>
    controller.abort(failure(Reason.DEADLINE, `no answer within ${timeoutMs} ms`)),
  );
  const context: StepContext = {
    signal,
    key,
    attempt,
    emit(body) {
      if (over || signal.aborted) return;
      try {
        way.write(() => way.append({ stepId, attempt, body }));
      } catch (error) {
        // A disk that fails has stopped the run; who speaks, perhaps from a timer, must not die of it.
        if (!way.signal.aborted) throw error;
      }
    },
  };
  const work = Promise.resolve(context).then(fn);
  way.track(work);
  try {
    // The signal speaks first: what a function throws because it was stopped says less than why it was stopped.
    return await Promise.race([rejection(signal), work]);
  } finally {
    over = true;
    callOff();
    way.signal.removeEventListener("abort", stop);
  }
}
