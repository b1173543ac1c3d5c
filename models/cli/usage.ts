// What one call of a program cost: as it was counted, else an estimate that says so, else unknown.
import { create } from "@bufbuild/protobuf";
import { Payer, Provenance, type Usage, UsageSchema } from "#gen/synapse/v1/usage_pb.ts";
import { tokensOf } from "#ledger/estimate.ts";
import { Fault } from "../provider-failure.ts";
import { type Cli, type Environment, hasKey, type Question, type Tokens, type Told } from "./cli.ts";

/** What a provider refuses as a whole costs nothing, and neither does what never left. */
const free: ReadonlySet<Fault> = new Set([
  ...[Fault.AUTH, Fault.FORBIDDEN, Fault.RATE_LIMIT, Fault.QUOTA, Fault.REQUEST, Fault.SERVER, Fault.OVERLOADED],
  Fault.UNREACHABLE,
]);

export interface Spending {
  readonly cli: Cli;
  readonly question: Question;
  readonly env: Environment;
  readonly told: Told;
  /** Undefined for an answer, and for a caller who left. */
  readonly fault: Fault | undefined;
}

/** Undefined when nothing was spent. */
export function spentBy({ cli, question, env, told, fault }: Spending): Usage | undefined {
  const { tokens, isCounted, isAtWork, costUsd, modelUsed, text, thought } = told;
  const isHeard = isCounted || tokens.input !== undefined || text + thought !== "";
  if (!isHeard && (!isAtWork || (fault !== undefined && free.has(fault)))) return undefined;
  const payer = hasKey(cli, env) ? Payer.API_KEY : (told.payer ?? Payer.SUBSCRIPTION);
  const who = { payer, modelRequested: question.model ?? "", modelUsed };
  if (isCounted) return create(UsageSchema, { ...who, ...counts(tokens), ...costs(costUsd), ...measured });
  // It may have been worked on all the same.
  if (!isHeard) return create(UsageSchema, { ...who, provenance: Provenance.UNAVAILABLE });
  const { system, prompt, schema } = question;
  const asked = [system, prompt, JSON.stringify(schema)].map(tokensOf);
  const estimate = { input: asked.reduce((a, b) => a + b, ownWords), output: tokensOf(text + thought) };
  const known = { ...estimate, ...tokens };
  return create(UsageSchema, { ...who, ...counts(known), provenance: Provenance.ESTIMATED });
}

/** What a program says beside the prompt, its tools off: 300 to 500 tokens were seen. */
const ownWords = 500;

const measured = { provenance: Provenance.MEASURED };

function counts({ input, output, cacheRead, cacheWrite, reasoning }: Partial<Tokens>) {
  const count = (tokens = 0) => BigInt(Math.max(0, Math.round(tokens)));
  return {
    inputTokens: count(input),
    outputTokens: count(output),
    cacheReadTokens: count(cacheRead),
    cacheWriteTokens: count(cacheWrite),
    reasoningTokens: count(reasoning),
  };
}

/** The program computes it from prices it knows: nobody was billed this. */
function costs(costUsd: number | undefined) {
  if (costUsd === undefined) return {};
  return { costNanoUsd: BigInt(Math.round(costUsd * 1e9)), costProvenance: Provenance.ESTIMATED };
}
