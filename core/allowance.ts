// How a caller tells an agent what a call may spend: a header, since the same call under the same key must stay the same request.
import { failure, Reason } from "./failure.ts";

/** What a call may spend, over all its tries; a limit that is absent does not hold. */
export interface Allowance {
  /** Billionths of a US dollar. */
  readonly nanoUsd?: bigint;
  /** Sent and received, those read from a cache included. */
  readonly tokens?: bigint;
  /** Calls of models. */
  readonly calls?: number;
}

export const allowanceHeader = "synapse-allowance";

/** Such as "nano-usd=500000000, tokens=20000, calls=3"; undefined when nothing is limited. */
export function writeAllowance({ nanoUsd, tokens, calls }: Allowance): string | undefined {
  const parts = [
    ...(nanoUsd === undefined ? [] : [`nano-usd=${nanoUsd}`]),
    ...(tokens === undefined ? [] : [`tokens=${tokens}`]),
    ...(calls === undefined ? [] : [`calls=${calls}`]),
  ];
  return parts.length === 0 ? undefined : parts.join(", ");
}

/** Fails with INVALID_INPUT on anything else: a limit that is not understood must not be lost. */
export function readAllowance(header: string | null): Allowance | undefined {
  if (header === null) return undefined;
  const found: { nanoUsd?: bigint; tokens?: bigint; calls?: number } = {};
  for (const part of header.split(",")) {
    const [, name, digits = ""] = /^\s*(nano-usd|tokens|calls)=(\d{1,18})\s*$/.exec(part) ?? [];
    if (name === "nano-usd") found.nanoUsd = BigInt(digits);
    else if (name === "tokens") found.tokens = BigInt(digits);
    else if (name === "calls") found.calls = Number(digits);
    else {
      const shape = "nano-usd=N, tokens=N, calls=N";
      throw failure(
        Reason.INVALID_INPUT,
        `the header ${allowanceHeader} takes ${shape}, got ${JSON.stringify(header)}`,
      );
    }
  }
  return found;
}
