// What a scenario expects, as checks that hold or do not, with the figure that was seen and the one that was wanted.
import {
  amplification,
  attemptsIn,
  between,
  callsIn,
  latency,
  type Noted,
  type Span,
  successShare,
  wholeOf,
} from "./figures.ts";
import { noticedAfterMs } from "./replica-figures.ts";
import { callMs } from "./scenario.ts";

export interface Check {
  /** Such as "success". */
  readonly what: string;
  /** Such as ">= 99.9 %". */
  readonly wanted: string;
  readonly got: string;
  readonly holds: boolean;
  /** It compares times so close that they can't be told apart on a busy machine. */
  readonly isFine?: boolean;
}

export const atMost = (what: string, got: number, most: number, unit = ""): Check => ({
  what,
  wanted: `<= ${figure(most)}${unit}`,
  got: `${figure(got)}${unit}`,
  holds: got <= most,
});

export const atLeast = (what: string, got: number, least: number, unit = ""): Check => ({
  what,
  wanted: `>= ${figure(least)}${unit}`,
  got: `${figure(got)}${unit}`,
  holds: got >= least,
});

export const exactly = (what: string, got: number | string, wanted: number | string): Check => ({
  what,
  wanted: String(wanted),
  got: String(got),
  holds: got === wanted,
});

/** At least this share of the calls went well. */
export const succeeds = (noted: Noted, percent = 99.9, span: Span = wholeOf(noted)): Check =>
  atLeast("success", successShare(callsIn(noted, span)) * 100, percent, " %");

/** The 99th percentile in a span is no more than so many times that of another. */
export function slows(noted: Noted, what: string, span: Span, healthy: Span, times: number): Check {
  const [during, before] = [span, healthy].map((each) => latency(callsIn(noted, each), 0.99)) as [number, number];
  return {
    what,
    wanted: `<= ${times} x ${figure(before)} ms`,
    got: `${figure(during)} ms`,
    holds: during <= times * before,
    isFine: true,
  };
}

/** Attempts for each call that was due, in a span. */
export const amplifies = (noted: Noted, most: number, span: Span = wholeOf(noted), what = "attempts a call"): Check =>
  atMost(what, amplification(noted, span), most);

export const nothingHangs = ({ hung }: Noted): Check => exactly("hung calls", hung, 0);

export const allLive = ({ deaths }: Noted): Check => exactly("processes that died", deaths.length, 0);

/** The first replica is ejected, or its breaker opens, so soon after the fault. */
export const isNoticed = (noted: Noted, seconds: number): Check =>
  atMost("noticed", noticedAfterMs(noted, 0, between(noted, "fault")[0]) / 1000, seconds, " s after the fault");

/** Of the calls in a span hardly any go to the first replica; streams are not counted. */
export function isShunned(noted: Noted, what: string, span: Span, percent: number): Check {
  const calls = attemptsIn(noted, span).filter(({ isStream }) => !isStream);
  return atMost(what, (calls.filter(({ to }) => to === 0).length / calls.length) * 100, percent, " %");
}

/** No call took longer than its deadline, and what a timer and this process may add. */
export const keepsDeadline = (noted: Noted): Check =>
  atMost("longest call", Math.max(...callsIn(noted, wholeOf(noted)).map(({ tookMs }) => tookMs)), callMs + 100, " ms");

/** Every stream came to its end with every message once; where none was read, nothing is shown. */
export function streamsAreWhole({ streams }: Noted): Check {
  const whole = streams.filter(({ isWhole }) => isWhole).length;
  const all = Math.max(1, streams.length);
  return exactly("whole streams", `${whole} of ${streams.length}`, `${all} of ${all}`);
}

/** Four digits tell enough. */
export function figure(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(4))) : "none";
}
