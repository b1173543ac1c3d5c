// A model of a server with more work than it can do, in discrete events: the limit is the real one, callers are random numbers.
import { createContextValues, type Interceptor } from "@connectrpc/connect";
import type { AnyRequest, AnyResponse } from "#core/call.ts";
import type { Clock } from "#core/clock.ts";
import { failureOf, Reason } from "#core/failure.ts";
import { seeded } from "#core/rng.ts";
import { ClaudeService } from "#gen/synapse/v1/claude_pb.ts";
import { type Criticality, criticalities, criticalityHeader } from "../server/criticality.ts";

export interface Overload {
  limit: (parts: { clock: Clock }) => { interceptor: Interceptor };
  /** How many calls a second of each level come in. */
  perSecond: Readonly<Record<Criticality, number>>;
  /** How many calls the server works on at a time; the others wait within it, first come, first served. */
  workers: number;
  /** How long the work on a call takes, on average; exponential. */
  workMs: number;
  /** Callers give up after so long. */
  timeoutMs: number;
  seconds: number;
  /** What comes before is not counted. */
  fromMs?: number;
  seed: number;
}

/** What has not ended when time is over is not counted. */
export interface Ends {
  /** Answered in time. */
  ok: number;
  shed: number;
  late: number;
}

interface Due {
  at: number;
  run: () => void;
}

/** How the calls of each level ended. */
export async function overload(model: Overload): Promise<Record<Criticality, Ends>> {
  const { perSecond, workers, workMs, timeoutMs, seconds, fromMs = 0, seed } = model;
  const rng = seeded(seed);
  const due: Due[] = [];
  let now = 0;
  const clock = { now: () => now } as Clock;
  const { interceptor } = model.limit({ clock });
  const ends = Object.fromEntries(
    criticalities.map((level) => [level, { ok: 0, shed: 0, late: 0 } satisfies Ends]),
  ) as Record<Criticality, Ends>;
  const exponential = (meanMs: number) => -meanMs * Math.log(1 - rng.float());

  function after(ms: number, run: () => void): void {
    const at = now + ms;
    const place = due.findLastIndex((each) => each.at <= at);
    due.splice(place + 1, 0, { at, run });
  }

  const waiting: (() => void)[] = [];
  let busy = 0;
  /** One call's turn, then its work. */
  function work(): Promise<AnyResponse> {
    const done = Promise.withResolvers<AnyResponse>();
    const begin = () => {
      busy++;
      after(exponential(workMs), () => {
        busy--;
        waiting.shift()?.();
        done.resolve({ stream: false } as AnyResponse);
      });
    };
    if (busy < workers) begin();
    else waiting.push(begin);
    return done.promise;
  }
  const serve = interceptor(work);

  function call(level: Criticality): void {
    const began = now;
    const its = now < fromMs ? { ok: 0, shed: 0, late: 0 } : ends[level];
    const req = {
      stream: false,
      method: ClaudeService.method.plan,
      header: new Headers({ [criticalityHeader]: level }),
      contextValues: createContextValues(),
      signal: new AbortController().signal,
    } as unknown as AnyRequest;
    serve(req).then(
      () => its[now - began <= timeoutMs ? "ok" : "late"]++,
      (error: unknown) => {
        if (failureOf(error)?.reason !== Reason.SHED) throw error;
        its.shed++;
      },
    );
  }

  for (const level of criticalities) {
    const gapMs = 1000 / perSecond[level];
    const come = () => {
      call(level);
      after(exponential(gapMs), come);
    };
    if (perSecond[level] > 0) after(exponential(gapMs), come);
  }
  for (let next = due.shift(); next !== undefined && next.at <= seconds * 1000; next = due.shift()) {
    now = next.at;
    next.run();
    // What follows from it, before time goes on.
    await new Promise((resolve) => setImmediate(resolve));
  }
  return ends;
}
