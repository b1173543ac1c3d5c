// Finds every problem of one piece's options: bad values, values of another kind, and options that nobody knows.

import { circuitDefaults, circuitProblems } from "./breaker/circuit.ts";
import { hedgeDefaults, hedgeProblems } from "./hedge/hedge-delay.ts";
import { ejectionDefaults, ejectionProblems } from "./outliers/ejection.ts";
import { healthLoopDefaults, healthLoopProblems } from "./pool/health-loop.ts";
import { below, must, type Problem } from "./problem.ts";
import { resumeDefaults, resumeProblems } from "./resume/resume.ts";
import { retryDefaults, retryProblems } from "./retry/retry.ts";
import { retryBudgetDefaults, retryBudgetProblems } from "./retry/retry-budget.ts";
import { attemptTimeoutDefaults, attemptTimeoutProblems } from "./time/adaptive-timeout.ts";
import { deadlineDefaults, deadlineProblems } from "./time/deadline.ts";
import { streamTimeoutDefaults, streamTimeoutProblems } from "./time/stream-timeout.ts";

interface Judge {
  /** These also say what the options are called, and of what kind they are. */
  readonly defaults: object;
  readonly problems: (options: never) => Problem[];
  /** What the options are called that are objects themselves. */
  readonly parts?: Readonly<Record<string, readonly string[]>>;
  readonly isAlwaysOn?: true;
}

const judges = {
  deadline: { defaults: deadlineDefaults, problems: deadlineProblems, isAlwaysOn: true },
  retry: { defaults: retryDefaults, problems: retryProblems },
  hedge: { defaults: hedgeDefaults, problems: hedgeProblems },
  attemptTimeout: { defaults: attemptTimeoutDefaults, problems: attemptTimeoutProblems },
  streamTimeout: { defaults: streamTimeoutDefaults, problems: streamTimeoutProblems },
  resume: { defaults: resumeDefaults, problems: resumeProblems, parts: { position: ["of", "resume"] } },
  retryBudget: {
    defaults: retryBudgetDefaults,
    problems: retryBudgetProblems,
    parts: { concurrency: ["share", "least"] },
    isAlwaysOn: true,
  },
  breaker: {
    defaults: circuitDefaults,
    problems: circuitProblems,
    parts: { window: ["ms", "buckets", "minCalls", "failureRate"], slow: ["rate", "calls", "ms"] },
  },
  ejection: { defaults: ejectionDefaults, problems: ejectionProblems },
  health: { defaults: healthLoopDefaults, problems: healthLoopProblems },
} satisfies Record<string, Judge>;

export type Piece = keyof typeof judges;

/** Problems of what was given, where `above` is given already. */
export function pieceProblems(piece: Piece, given: object | false | undefined, above: object = {}): Problem[] {
  if (given === undefined) return [];
  const { defaults, problems, parts = {}, isAlwaysOn }: Judge = judges[piece];
  if (given === false) return must(!isAlwaysOn, piece, "can't be turned off");
  if (!isObject(given)) return [{ path: piece, message: `must be an object, got ${JSON.stringify(given)}` }];
  // Parts that are off by default are objects all the same.
  const objects = Object.fromEntries(Object.keys(parts).map((name) => [name, {}]));
  const { misfits, fit } = sorted(given, { ...defaults, ...objects });
  return below(piece, [
    ...unknownKeys(given, Object.keys(defaults)),
    ...misfits,
    ...Object.entries(parts).flatMap(([name, allowed]) => {
      const part = (fit as Record<string, unknown>)[name];
      return isObject(part) ? below(name, unknownKeys(part, allowed)) : [];
    }),
    ...problems({ ...defaults, ...above, ...fit } as never),
  ]);
}

/** The values of the same kinds as the defaults, and problems of the others: JSON knows no types. */
export function sorted<T extends object>(given: T, defaults: object): { misfits: Problem[]; fit: Partial<T> } {
  const kinds = new Map(Object.entries(defaults).map(([key, value]) => [key, typeof value]));
  const misfits = Object.entries(given).flatMap(([key, value]) => {
    const kind = kinds.get(key);
    if (kind === undefined || kind === "undefined" || value === undefined) return [];
    const isFit = kind === "object" ? isObject(value) : typeof value === kind;
    return must(isFit, key, `must be ${kind === "object" ? "an" : "a"} ${kind}, got ${JSON.stringify(value)}`);
  });
  const wrong = new Set(misfits.map(({ path }) => path));
  return { misfits, fit: Object.fromEntries(Object.entries(given).filter(([key]) => !wrong.has(key))) as Partial<T> };
}

/** Typos. */
export function unknownKeys(given: object, allowed: readonly string[]): Problem[] {
  return Object.keys(given)
    .filter((key) => !allowed.includes(key))
    .map((key) => ({ path: key, message: `is not known: ${allowed.join(", ")} are` }));
}

export const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);
