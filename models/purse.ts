// What one call may still spend, over all requests and all engines it takes: asked before each request, told after it.
import type { Allowance } from "#core/allowance.ts";
import { failure, Reason } from "#core/failure.ts";
import { Provenance, type Usage } from "#gen/synapse/v1/usage_pb.ts";
import { type EngineName, type Price, worstCost } from "#ledger/prices.ts";

/** A request about to be sent, at its worst. */
export interface Wish {
  readonly engine: EngineName;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Undefined when it is not known. */
  readonly price: Price | undefined;
  /** It runs on this machine and costs no money. */
  readonly isLocal: boolean;
}

/** What a request was let go with. */
export interface Admitted {
  /** How long its answer may be. */
  readonly outputTokens: number;
  /** Whether that is less than was wished for. */
  readonly isLess: boolean;
  readonly worst: { readonly tokens: bigint; readonly nanoUsd: bigint };
}

export interface Purse {
  /** Throws BUDGET_EXCEEDED when the request can't be paid for; then it must not be sent. */
  admit(wish: Wish): Admitted;
  /** What the request cost; nothing when it was never sent, the worst where nobody knows. */
  settle(admitted: Admitted, usage: Usage | undefined): void;
}

/** A shorter answer than this is of no use. */
export const leastOutput = 1024;

export function openPurse(allowance: Allowance = {}): Purse {
  let nanoUsd = 0n;
  let tokens = 0n;
  let calls = 0;

  return {
    admit(wish) {
      const { engine, inputTokens, price, isLocal } = wish;
      const name = `${engine.kind}:${engine.model}`;
      if (allowance.calls !== undefined && calls + 1 > allowance.calls)
        throw exceeded(`${name} was not asked: no call of a model is left; raise the budget`);
      if (allowance.nanoUsd !== undefined && price === undefined && !isLocal) throw unpriced(engine);
      const cost = (output: number) => (isLocal || price === undefined ? 0n : worstCost(price, inputTokens, output));
      const leftTokens = allowance.tokens === undefined ? undefined : allowance.tokens - tokens;
      const leftNano = allowance.nanoUsd === undefined ? undefined : allowance.nanoUsd - nanoUsd;
      const fits = (output: number) =>
        (leftTokens === undefined || BigInt(inputTokens + output) <= leftTokens) &&
        (leftNano === undefined || cost(output) <= leftNano);
      const outputTokens = largest(Math.min(leastOutput, wish.outputTokens), wish.outputTokens, fits);
      if (outputTokens === undefined) {
        const left = [
          ...(leftNano === undefined ? [] : [`${dollars(leftNano)} of money`]),
          ...(leftTokens === undefined ? [] : [`${atLeastNone(leftTokens)} tokens`]),
        ];
        throw exceeded(
          `${name} was not asked: about ${inputTokens} tokens of input and ${leastOutput} of answer ${price && !isLocal ? `(${dollars(cost(leastOutput))}) ` : ""}are more than what is left, ${left.join(" and ")}; raise the budget`,
        );
      }
      calls++;
      const worst = { tokens: BigInt(inputTokens + outputTokens), nanoUsd: cost(outputTokens) };
      return { outputTokens, isLess: outputTokens < wish.outputTokens, worst };
    },
    settle({ worst }, usage) {
      if (usage === undefined) return;
      tokens += isKnown(usage.provenance) ? tokensIn(usage) : worst.tokens;
      nanoUsd += isKnown(usage.costProvenance) ? usage.costNanoUsd : worst.nanoUsd;
    },
  };
}

/** The largest from `least` to `most` that fits; what fits for one fits for all smaller ones. */
function largest(least: number, most: number, fits: (value: number) => boolean): number | undefined {
  if (fits(most)) return most;
  if (!fits(least)) return undefined;
  let [low, high] = [least, most];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle;
  }
  return low;
}

function isKnown(provenance: Provenance): boolean {
  return provenance === Provenance.MEASURED || provenance === Provenance.ESTIMATED;
}

function tokensIn({ inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens }: Usage): bigint {
  return inputTokens + outputTokens + cacheReadTokens + cacheWriteTokens;
}

function exceeded(message: string) {
  return failure(Reason.BUDGET_EXCEEDED, message);
}

function unpriced({ kind, model }: EngineName) {
  const line = JSON.stringify({ prices: [{ kind, model, input: 1.5, output: 6 }] });
  return exceeded(
    `${kind}:${model} was not asked: the budget is in money, and its price is not known; name a file in SYNAPSE_PRICES that holds it in US dollars per million tokens, such as ${line}, or limit tokens or calls instead`,
  );
}

function dollars(nanoUsd: bigint): string {
  return `$${(Number(atLeastNone(nanoUsd)) / 1e9).toFixed(4)}`;
}

function atLeastNone(value: bigint): bigint {
  return value < 0n ? 0n : value;
}
