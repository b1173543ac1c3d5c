// Interceptor: stop calling a dependency that keeps failing.
import type { AnyFn, AnyResponse, Interceptor, StreamRequest } from "#core/call.ts";
import type { Clock } from "#core/clock.ts";
import { failure, Reason } from "#core/failure.ts";
import { withOrigin } from "#core/origin.ts";
import { attemptKey, callOf } from "../call/call.ts";
import { classify } from "../call/classify.ts";
import { heard } from "../call/first-message.ts";
import { refuse } from "../problem.ts";
import { SampleWindow } from "../time/sample-window.ts";
import type { StallMonitor } from "../time/stall.ts";
import { type Circuit, type CircuitOptions, circuit, circuitDefaults, circuitProblems } from "./circuit.ts";
import { verdictOf } from "./verdict.ts";

export interface CircuitBreakerOptions extends CircuitOptions {
  /** Who is called, for people; the service's name when undefined. */
  readonly name: string | undefined;
  /** The circuit of all its calls; one for each service when undefined. */
  readonly circuit: Circuit | undefined;
  /** Whether internal, unknown and data_loss count as failures. */
  readonly countInternal: boolean;
  /** Where given, timeouts that came of this process standing still do not count. */
  readonly stall: Pick<StallMonitor, "lagSince"> | undefined;
}

export const circuitBreakerDefaults: CircuitBreakerOptions = {
  ...circuitDefaults,
  name: undefined,
  circuit: undefined,
  countInternal: false,
  stall: undefined,
};

/**
 * For a peer with one address; a pool has circuits of its own. Below retry, above what limits an attempt's time. A stream
 * counts when it ends, a probing one with its first message.
 */
export function circuitBreaker(options: Partial<CircuitBreakerOptions> = {}): Interceptor {
  const { name, circuit: given, countInternal, stall, ...rules } = { ...circuitBreakerDefaults, ...options };
  refuse(circuitProblems(rules));
  const { slow, clock } = rules;
  const guards = new Map<string, { circuit: Circuit; times: SampleWindow }>();

  /** A service's circuit, and what its calls take. */
  function guardOf(service: string) {
    const known = guards.get(service);
    if (known) return known;
    const times = new SampleWindow({ window: 512, maxAgeMs: 300_000 });
    const guard = { circuit: given ?? circuit(rules), times };
    guards.set(service, guard);
    return guard;
  }

  return (next) => (req) => {
    const service = req.service.typeName;
    const { circuit, times } = guardOf(service);
    const admission = circuit.admit();
    if (!admission.admitted) return Promise.reject(circuitOpen(name ?? service, admission.restMs));
    const { lease, isProbe } = admission;
    const call = callOf(req, clock);
    const began = clock.now();

    function settle(elapsedMs: number, error?: unknown): void {
      const now = clock.now();
      // An attempt that begins further below is not seen here: whether the call has time left tells whose time was up.
      const attempt = req.contextValues.get(attemptKey) ?? {
        call,
        number: 1,
        timeoutMs: elapsedMs,
        avoid: [],
        endpoint: undefined,
      };
      const outcome = classify(error, req.signal, attempt, now);
      if (outcome.class === "ok") times.record(elapsedMs, now);
      const p99Ms = outcome.class === "deadline" ? times.quantile(0.99, now) : undefined;
      const limits = { slowMs: slow?.ms, p99Ms, countInternal, timeoutMs: attempt.timeoutMs, stall };
      lease.release(verdictOf(outcome, elapsedMs, limits, began));
    }

    if (req.stream) return streamed(req, next, clock, isProbe, settle);
    return next(req).then(
      (res) => {
        settle(clock.now() - began);
        return res;
      },
      (error: unknown) => {
        settle(clock.now() - began, error);
        throw error;
      },
    );
  };
}

/** Settles once, with the time until the first message: how long a stream lasts says nothing. */
async function streamed(
  req: StreamRequest,
  next: AnyFn,
  clock: Clock,
  isProbe: boolean,
  settle: (elapsedMs: number, error?: unknown) => void,
): Promise<AnyResponse> {
  const began = clock.now();
  const { signal } = req;
  let firstMs: number | undefined;
  let isOpen = true;
  const end = (error?: unknown) => {
    if (!isOpen) return;
    isOpen = false;
    signal.removeEventListener("abort", left);
    settle(firstMs ?? clock.now() - began, error);
  };
  // A reader that has left does not read the error.
  const left = () => end(signal.reason);
  signal.addEventListener("abort", left, { once: true });
  try {
    const res = await next(req);
    if (!res.stream) return res;
    const message = heard(res.message, {
      got(isFirst) {
        if (!isFirst) return;
        firstMs = clock.now() - began;
        if (isProbe) end();
      },
      ended(how, error) {
        end(how === "left" ? readerLeft : error);
        return error;
      },
    });
    return { ...res, message };
  } catch (error) {
    end(error);
    throw error;
  }
}

const readerLeft = withOrigin(failure(Reason.CANCELED, "the reader left the stream"), "caller");

const circuitOpen = (name: string, restMs: number) =>
  withOrigin(
    failure(Reason.BREAKER_OPEN, `${name} keeps failing and is not called: try again in ${Math.ceil(restMs)} ms`, {
      retryAfterMs: restMs,
    }),
    "local",
  );
