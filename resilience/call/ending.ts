// A signal that also aborts with another one, such as a caller's, until that is lifted.

export interface Ending {
  readonly signal: AbortSignal;
  /** Ends it, with an error that is already the right one. */
  end(error: unknown): void;
  /** The other signal no longer counts: the work is over. */
  lift(): void;
}

const ends = new WeakSet<object>();

/** Whether this process ended a call with that error, a caller's being another one. */
export function isOwnEnd(error: unknown): boolean {
  return typeof error === "object" && error !== null && ends.has(error);
}

/** Cheaper than AbortSignal.any, and it leaves no listener behind. */
export function ending(caller: AbortSignal): Ending {
  const controller = new AbortController();
  const left = () => controller.abort(caller.reason);
  const lift = () => caller.removeEventListener("abort", left);
  if (caller.aborted) left();
  else caller.addEventListener("abort", left, { once: true });
  return {
    signal: controller.signal,
    end(error) {
      lift();
      if (typeof error === "object" && error !== null) ends.add(error);
      controller.abort(error);
    },
    lift,
  };
}
