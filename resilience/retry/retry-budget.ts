// How many retries a peer can bear: shared by all calls to it, so that its outage is not answered by more calls.
import type { DescService } from "@bufbuild/protobuf";
import { must, type Problem, refuse } from "../problem.ts";
import { type RetrySlots, retrySlots } from "./retry-slots.ts";
import { admits, afterFailure, afterSuccess, fullBucket } from "./token-bucket.ts";

export interface RetryBudgetOptions {
  /** Tokens of a full bucket; half of them may be spent. 25 attempts that hang at once must not empty it. */
  maxTokens: number;
  /** What a success gives back; three decimals. */
  tokenRatio: number;
  /**
   * Retries under way, those that wait included, as a share of the calls under way, but never fewer than `least`; as
   * Envoy's retry budget. Undefined for no such cap.
   */
  concurrency: { share: number; least: number } | undefined;
}

export const retryBudgetDefaults: RetryBudgetOptions = { maxTokens: 100, tokenRatio: 0.1, concurrency: undefined };

export function retryBudgetProblems({ maxTokens, tokenRatio, concurrency }: RetryBudgetOptions): Problem[] {
  return [
    ...must(maxTokens > 0 && maxTokens <= 1000, "maxTokens", `must be above 0 and at most 1000, got ${maxTokens}`),
    ...must(tokenRatio >= 0.001 && tokenRatio <= 1000, "tokenRatio", `must be from 0.001 to 1000, got ${tokenRatio}`),
    ...(concurrency === undefined
      ? []
      : [
          ...must(
            concurrency.share > 0 && concurrency.share <= 1,
            "concurrency.share",
            `must be above 0 and at most 1, got ${concurrency.share}`,
          ),
          ...must(
            Number.isInteger(concurrency.least) && concurrency.least >= 0,
            "concurrency.least",
            `must be a whole number from 0, got ${concurrency.least}`,
          ),
        ]),
  ];
}

export interface RetryBudget {
  readonly tokens: number;
  /** Whether another attempt may be made now. */
  mayRetry(): boolean;
  /** An attempt succeeded. */
  succeeded(): void;
  /** An attempt failed in a way that another might mend, or the peer wants no other. */
  failed(): void;
  stats(): { tokens: number; maxTokens: number; denied: number };
  /** The cap on retries at one time, if there is one. */
  readonly slots?: RetrySlots | undefined;
}

/** One for each service that is called, shared by all who call it. */
export function retryBudget(options: Partial<RetryBudgetOptions> = {}): RetryBudget {
  const all = { ...retryBudgetDefaults, ...options };
  refuse(retryBudgetProblems(all));
  const { maxTokens, tokenRatio, concurrency } = all;
  let bucket = fullBucket(maxTokens, tokenRatio);
  let denied = 0;
  const tokens = () => bucket.milliTokens / 1000;

  return {
    get tokens() {
      return tokens();
    },
    mayRetry() {
      const may = admits(bucket);
      if (!may) denied++;
      return may;
    },
    succeeded() {
      bucket = afterSuccess(bucket);
    },
    failed() {
      bucket = afterFailure(bucket);
    },
    stats: () => ({ tokens: tokens(), maxTokens, denied }),
    slots: concurrency && retrySlots(concurrency),
  };
}

/** Makes a service's budget when it is first asked for; there are no more of them than services. */
export function budgetPerService(options: Partial<RetryBudgetOptions> = {}): (service: DescService) => RetryBudget {
  refuse(retryBudgetProblems({ ...retryBudgetDefaults, ...options }));
  const budgets = new Map<DescService, RetryBudget>();
  return (service) => {
    const known = budgets.get(service);
    if (known) return known;
    const made = retryBudget(options);
    budgets.set(service, made);
    return made;
  };
}
