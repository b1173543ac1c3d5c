// What became of calls, each counted once and at its real end, what was done for them, and how often an endpoint was asked.
import type { AnyResponse, Interceptor } from "#core/call.ts";
import { watch } from "#core/watch.ts";
import { fallbackOf } from "./fallback/fallback-mark.ts";
import type { Denial, Happening } from "./happening.ts";
import type { ClosableTransport } from "./pool/endpoint.ts";

export interface CallCounts {
  /** Calls by their end; `degraded` were answered by a fallback, `canceled` ended by their caller. */
  readonly calls: {
    readonly ok: number;
    readonly failed: number;
    readonly canceled: number;
    readonly degraded: number;
  };
  /** Calls that have not ended. */
  readonly active: number;
  /** Requests that were given to an endpoint's transport: first attempts, retries, hedges, resumptions. */
  readonly attempts: number;
  /** Failed attempts that another one followed. */
  readonly retries: number;
  /** Failed attempts that were the last, by why. */
  readonly denied: Readonly<Record<Denial, number>>;
  readonly hedges: { readonly sent: number; readonly won: number; readonly lost: number; readonly denied: number };
  readonly failovers: number;
  readonly streams: { readonly resumed: number; readonly reset: number };
}

export interface Counting {
  /** Outermost: one call each. */
  readonly interceptor: Interceptor;
  /** The same transport, whose calls are counted as attempts. */
  around(transport: ClosableTransport): ClosableTransport;
  /** Counts what the pieces tell of. */
  readonly observe: (happening: Happening) => void;
  counts(): CallCounts;
}

/** Without a fallback, no answer is looked at: making its headers has a price. */
export function callCounts({ hasFallback = true }: { hasFallback?: boolean } = {}): Counting {
  const calls = { ok: 0, failed: 0, canceled: 0, degraded: 0 };
  const denied = { class: 0, idempotency: 0, committed: 0, attempts: 0, pushback: 0, deadline: 0, budget: 0 };
  const hedges = { sent: 0, won: 0, lost: 0, denied: 0 };
  const streams = { resumed: 0, reset: 0 };
  let active = 0;
  let attempts = 0;
  let retries = 0;
  let failovers = 0;

  function ended(as: keyof typeof calls): void {
    active--;
    calls[as]++;
  }

  const answered = (res: AnyResponse | undefined) =>
    ended(hasFallback && res !== undefined && fallbackOf(res.header) !== undefined ? "degraded" : "ok");

  return {
    interceptor: (next) => (req) => {
      active++;
      const failed = () => ended(req.signal.aborted ? "canceled" : "failed");
      if (req.stream) {
        let res: AnyResponse | undefined;
        const opened: typeof next = async (given) => {
          res = await next(given);
          return res;
        };
        return watch(req, opened, (error) => (error === undefined ? answered(res) : failed()));
      }
      const broken = (error: unknown) => {
        failed();
        throw error;
      };
      try {
        return next(req).then((res) => {
          answered(res);
          return res;
        }, broken);
      } catch (error) {
        // An interceptor of the caller's own that throws at once.
        return broken(error);
      }
    },
    around: (transport) => ({
      unary(...args) {
        attempts++;
        return transport.unary(...args);
      },
      stream(...args) {
        attempts++;
        return transport.stream(...args);
      },
      ...(transport.close && { close: () => transport.close?.() }),
    }),
    observe(happening) {
      switch (happening.kind) {
        case "retrying":
          retries++;
          break;
        case "retry-denied":
          denied[happening.why]++;
          break;
        case "hedge":
          hedges[happening.what]++;
          break;
        case "failover":
          failovers++;
          break;
        case "resumed":
          streams.resumed++;
          break;
        case "reset":
          streams.reset++;
      }
    },
    counts: () => ({
      calls: { ...calls },
      active,
      attempts,
      retries,
      denied: { ...denied },
      hedges: { ...hedges },
      failovers,
      streams: { ...streams },
    }),
  };
}
