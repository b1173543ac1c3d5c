// What tokens cost: list prices by engine and model, and the cost of an answer or the worst of a call. All in whole nano-dollars.
import { create } from "@bufbuild/protobuf";
import { type Clock, systemClock } from "#core/clock.ts";
import { Payer, Provenance, type Usage, UsageSchema } from "#gen/synapse/v1/usage_pb.ts";
import { type Dollars, nanoFrom, type PriceLine } from "./price-line.ts";
import { prices } from "./prices.data.ts";

/** Who answers, as it stands on answers. */
export interface EngineName {
  readonly kind: string;
  readonly model: string;
}

/** Nano-dollars per million tokens; what is absent is not known. */
export interface Rates {
  readonly input: bigint;
  readonly output: bigint;
  readonly cacheRead?: bigint;
  readonly cacheWrite?: bigint;
}

export interface Price extends Rates {
  /** The rates of a whole request whose input is larger than `above` tokens. */
  readonly long?: Rates & { readonly above: bigint };
}

export interface PriceTable {
  /** The price in force today; undefined when it is not known, which is not the same as nothing. */
  priceOf(engine: EngineName): Price | undefined;
}

/** The list prices; overrides stand before them. */
export function priceTable(overrides: readonly PriceLine[] = [], clock: Clock = systemClock): PriceTable {
  const lines = new Map<string, PriceLine[]>();
  for (const line of [...overrides, ...prices]) {
    const key = keyOf(line);
    lines.set(key, [...(lines.get(key) ?? []), line]);
  }
  return {
    priceOf(engine) {
      const today = clock.date().toISOString().slice(0, 10);
      const named = vendorOf(engine);
      const known = lines.get(keyOf(named)) ?? lines.get(keyOf({ ...named, model: undated(named.model) })) ?? [];
      const line = known.find(({ from = "", until = "9" }) => from <= today && today <= until);
      return line && priceFrom(line);
    },
  };
}

/**
 * The usage of one answer with its cost. A cost that the source stated stays; what ran here cost nothing; without a
 * price, or without tokens, the cost is UNAVAILABLE.
 */
export function priced(usage: Usage, engine: EngineName, table: PriceTable): Usage {
  if (usage.costProvenance !== Provenance.UNSPECIFIED) return usage;
  if (usage.payer === Payer.LOCAL) return withCost(usage, 0n, Provenance.MEASURED);
  const used = usage.modelUsed === "" ? undefined : table.priceOf(usedOf(engine, usage.modelUsed));
  const price = used ?? table.priceOf(engine);
  const cost = price && costOf(price, usage);
  if (cost === undefined || !countable(usage) || usage.payer === Payer.SUBSCRIPTION) {
    return withCost(usage, 0n, Provenance.UNAVAILABLE);
  }
  // Another model answered than the one whose price is known: that is a guess.
  const guessed = used === undefined && usage.modelUsed !== "" && undated(usage.modelUsed) !== modelOf(engine);
  return withCost(usage, cost, guessed ? Provenance.ESTIMATED : usage.provenance);
}

/** The most a request of that size can cost; for what is set aside before a call. */
export function worstCost(price: Price, inputTokens: number | bigint, outputTokens: number | bigint): bigint {
  const input = BigInt(inputTokens);
  const rates = ratesFor(price, input);
  const dearest = [rates.input, rates.cacheRead ?? 0n, rates.cacheWrite ?? 0n].reduce((a, b) => (a > b ? a : b));
  return nanoDollars(input * dearest + BigInt(outputTokens) * rates.output);
}

/** Undefined when a kind of token was used whose price is not known. */
function costOf(price: Price, usage: Usage): bigint | undefined {
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens } = usage;
  const rates = ratesFor(price, inputTokens + cacheReadTokens + cacheWriteTokens);
  if (cacheReadTokens > 0n && rates.cacheRead === undefined) return undefined;
  if (cacheWriteTokens > 0n && rates.cacheWrite === undefined) return undefined;
  return nanoDollars(
    inputTokens * rates.input +
      outputTokens * rates.output +
      cacheReadTokens * (rates.cacheRead ?? 0n) +
      cacheWriteTokens * (rates.cacheWrite ?? 0n),
  );
}

const million = 1_000_000n;

/** From rates times tokens; a part of a nano-dollar counts as one. */
function nanoDollars(product: bigint): bigint {
  return (product + million - 1n) / million;
}

function ratesFor(price: Price, allInput: bigint): Rates {
  return price.long !== undefined && allInput > price.long.above ? price.long : price;
}

function countable({ provenance }: Usage): boolean {
  return provenance === Provenance.MEASURED || provenance === Provenance.ESTIMATED;
}

function withCost(usage: Usage, costNanoUsd: bigint, costProvenance: Provenance): Usage {
  return create(UsageSchema, { ...usage, costNanoUsd, costProvenance });
}

function keyOf({ kind, model }: EngineName): string {
  return `${kind}:${model}`;
}

/** The model without the date of its version, such as -20251001 or -2026-03-05. */
function undated(model: string): string {
  return model.replace(/-(\d{8}|\d{4}-\d{2}-\d{2})$/, "");
}

/** Whose models the command lines speak to. */
const vendors: Readonly<Record<string, string>> = { claude: "anthropic", codex: "openai", gemini: "google" };

/** A command line costs what its vendor's model costs: "cli", "claude:MODEL" is "anthropic", "MODEL". */
function vendorOf({ kind, model }: EngineName): EngineName {
  const [cli = "", ...rest] = model.split(":");
  const vendor = kind === "cli" ? vendors[cli] : undefined;
  return vendor === undefined ? { kind, model } : { kind: vendor, model: rest.join(":") };
}

function modelOf(engine: EngineName): string {
  return undated(vendorOf(engine).model);
}

function usedOf(engine: EngineName, modelUsed: string): EngineName {
  return { kind: vendorOf(engine).kind, model: modelUsed };
}

function priceFrom({ long, ...line }: PriceLine): Price {
  return { ...ratesFrom(line), ...(long && { long: { ...ratesFrom(long), above: BigInt(long.above) } }) };
}

function ratesFrom({ input, output, cacheRead, cacheWrite }: Dollars): Rates {
  return {
    input: exact(input),
    output: exact(output),
    ...(cacheRead !== undefined && { cacheRead: exact(cacheRead) }),
    ...(cacheWrite !== undefined && { cacheWrite: exact(cacheWrite) }),
  };
}

function exact(dollars: number): bigint {
  const nano = nanoFrom(dollars);
  if (nano === undefined) throw new RangeError(`a price has at most six places after the point, got ${dollars}`);
  return nano;
}
