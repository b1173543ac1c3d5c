// What one request cost: as the provider counted it, else an estimate that says so, else unknown.
import { create } from "@bufbuild/protobuf";
import { Payer, Provenance, type Usage, UsageSchema } from "#gen/synapse/v1/usage_pb.ts";
import { tokensOf } from "#ledger/estimate.ts";
import type { Tokens } from "./dialect.ts";
import { isLoopback, type Kind } from "./settings.ts";

export interface Spending {
  /** The request left. */
  readonly sent: boolean;
  /** Its body. */
  readonly asked: string;
  /** Of the answer; 0 when there was none. */
  readonly status: number;
  /** The answer came to its end. */
  readonly ended: boolean;
  /** An event said that it failed. */
  readonly failed: boolean;
  /** What the provider counted. */
  readonly tokens: Partial<Tokens>;
  /** What came of the answer, reasoning included. */
  readonly heard: string;
  readonly payer: Payer;
  readonly modelRequested: string;
  readonly modelUsed: string;
}

/** Undefined when nothing was spent: it never left, or was refused as a whole. */
export function spentBy(spending: Spending): Usage | undefined {
  const { sent, status, ended, failed, tokens, heard } = spending;
  const isBegun = heard !== "" || tokens.input !== undefined || spending.modelUsed !== "";
  const isRefused = status >= 300 || (failed && !isBegun);
  if (!sent || isRefused) return undefined;
  // It may have been worked on all the same.
  if (status === 0) return usage(spending, {}, Provenance.UNAVAILABLE);
  if (ended && tokens.input !== undefined && tokens.output !== undefined) {
    return usage(spending, tokens, Provenance.MEASURED);
  }
  // What a provider counts when it begins to answer is not all that it sends.
  const output = Math.max(tokens.output ?? 0, tokens.reasoning ?? 0, tokensOf(heard));
  return usage(spending, { input: tokensOf(spending.asked), ...tokens, output }, Provenance.ESTIMATED);
}

function usage({ payer, modelRequested, modelUsed }: Spending, tokens: Partial<Tokens>, provenance: Provenance): Usage {
  const count = (tokens = 0) => BigInt(Math.max(0, tokens));
  return create(UsageSchema, {
    inputTokens: count(tokens.input),
    outputTokens: count(tokens.output),
    cacheReadTokens: count(tokens.cacheRead),
    cacheWriteTokens: count(tokens.cacheWrite),
    reasoningTokens: count(tokens.reasoning),
    ...{ provenance, payer, modelRequested, modelUsed },
  });
}

/** Without a key a compatible server bills nobody that we know of; on this machine, nobody at all. */
export function payerOf(kind: Kind, apiKey: string, baseUrl: string): Payer {
  if (kind !== "compatible" || apiKey !== "") return Payer.API_KEY;
  return isLoopback(baseUrl) ? Payer.LOCAL : Payer.UNSPECIFIED;
}
