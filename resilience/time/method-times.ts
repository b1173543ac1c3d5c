// How long each method's attempts took, and the timeouts that follow.
import type { DescMethod } from "@bufbuild/protobuf";
import type { Clock } from "#core/clock.ts";
import { type PerMethod, perMethod } from "../per-method.ts";
import {
  type AttemptTimeoutOptions,
  adaptiveMs,
  attemptTimeoutDefaults,
  attemptTimeoutProblems,
  timedOutSampleMs,
} from "./adaptive-timeout.ts";
import { SampleWindow } from "./sample-window.ts";

/** What one method's attempts took in milliseconds, and what they may take. */
export interface TimeoutStats {
  p50: number;
  p95: number;
  p99: number;
  currentMs: number;
  samples: number;
}

/** The timeouts in force. */
export interface Timeouts {
  /** What an attempt of the method may take now, in milliseconds; undefined where it is off. */
  currentMs(method: DescMethod): number | undefined;
  /** A quantile of what attempts of the method took; undefined before there are enough. */
  quantileMs(method: DescMethod, quantile: number): number | undefined;
  /** All methods called so far, by "pkg.Service/Method"; NaN where nothing is known. */
  stats(): Record<string, TimeoutStats>;
}

export interface MethodTimes extends Timeouts {
  /** An attempt took so long. */
  record(method: DescMethod, elapsedMs: number): void;
  /** An attempt was given so long, and that was not enough. */
  timedOut(method: DescMethod, timeoutMs: number): void;
}

/** One method's options and samples. */
interface Known {
  readonly options: AttemptTimeoutOptions;
  readonly samples: SampleWindow;
}

export function methodTimes(given: PerMethod<AttemptTimeoutOptions>, clock: Clock): MethodTimes {
  const optionsOf = perMethod(attemptTimeoutDefaults, given, attemptTimeoutProblems);
  const methods = new Map<DescMethod, Known | undefined>();

  function knownOf(method: DescMethod): Known | undefined {
    if (methods.has(method)) return methods.get(method);
    const options = optionsOf(method);
    const known = options && { options, samples: new SampleWindow(options) };
    methods.set(method, known);
    return known;
  }

  function quantileOf({ options, samples }: Known, quantile: number) {
    const now = clock.now();
    return samples.size(now) < options.minSamples ? undefined : samples.quantile(quantile, now);
  }

  const currentOf = (known: Known) => adaptiveMs(quantileOf(known, known.options.quantile), known.options);

  function statsOf(known: Known): TimeoutStats {
    const now = clock.now();
    const { samples } = known;
    const [p50 = Number.NaN, p95 = Number.NaN, p99 = Number.NaN] = [0.5, 0.95, 0.99].map((q) =>
      samples.quantile(q, now),
    );
    return { p50, p95, p99, currentMs: currentOf(known), samples: samples.size(now) };
  }

  return {
    currentMs(method) {
      const known = knownOf(method);
      return known && currentOf(known);
    },
    quantileMs(method, quantile) {
      const known = knownOf(method);
      return known && quantileOf(known, quantile);
    },
    record(method, elapsedMs) {
      knownOf(method)?.samples.record(elapsedMs, clock.now());
    },
    timedOut(method, timeoutMs) {
      const known = knownOf(method);
      known?.samples.record(timedOutSampleMs(timeoutMs, known.options), clock.now());
    },
    stats() {
      const all: Record<string, TimeoutStats> = {};
      for (const [method, known] of methods) {
        if (known) all[`${method.parent.typeName}/${method.name}`] = statsOf(known);
      }
      return all;
    },
  };
}
