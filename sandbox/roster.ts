// The runs of one sandbox that are under way, so that closing it can end them and wait for them.
import { ConnectError, failure, messageOf, Reason } from "#core/failure.ts";
import type { Ending } from "./ending.ts";

export interface Roster {
  /** Does the work of one run, which says through `live` how it can be ended. Refuses once closed; what is no failure yet becomes one. */
  run<T>(signal: AbortSignal | undefined, work: (live: (ending: Ending) => void) => Promise<T>): Promise<T>;
  /** Ends all runs and resolves when they are over. */
  close(): Promise<void>;
}

export function roster(): Roster {
  const works = new Set<Promise<unknown>>();
  const endings = new Set<Ending>();
  let isClosed = false;
  return {
    async run(signal, work) {
      if (isClosed) throw failure(Reason.SANDBOX_UNAVAILABLE, "the sandbox is closed");
      let mine: Ending | undefined;
      const done = work((ending) => {
        mine = ending;
        endings.add(ending);
        if (isClosed) ending.end("canceled");
      });
      works.add(done);
      try {
        return await done;
      } catch (error) {
        if (signal?.aborted === true || error instanceof ConnectError) throw error;
        throw failure(Reason.SANDBOX_UNAVAILABLE, `the sandbox failed: ${messageOf(error)}`, { cause: error });
      } finally {
        works.delete(done);
        if (mine !== undefined) endings.delete(mine);
      }
    },
    async close() {
      isClosed = true;
      for (const ending of endings) ending.end("canceled");
      await Promise.allSettled(works);
    },
  };
}
