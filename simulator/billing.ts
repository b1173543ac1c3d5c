// What a request is billed. An answer costs all of it; a stream that breaks costs its input and the output sent so far.

export interface Billed {
  /** Without those of the cache. */
  inputTokens: number;
  /** With those of reasoning. */
  outputTokens: number;
  cacheReadTokens: number;
  cacheWriteTokens: number;
  reasoningTokens: number;
}

/** How many characters a stream has sent. */
export interface Sent {
  reasoning: number;
  said: number;
}

export const nothing: Billed = {
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  reasoningTokens: 0,
};

/** Four characters are a token. */
export const tokensIn = (characters: number) => Math.ceil(characters / 4);

/** The part of a bill that is due when only so much was sent of what there is. */
export function billedSoFar(whole: Billed, sent: Sent, all: Sent): Billed {
  const reasoningTokens = share(whole.reasoningTokens, sent.reasoning, all.reasoning);
  const saidTokens = share(whole.outputTokens - whole.reasoningTokens, sent.said, all.said);
  return { ...whole, reasoningTokens, outputTokens: reasoningTokens + saidTokens };
}

const share = (tokens: number, sent: number, all: number) => (all === 0 ? 0 : Math.ceil((tokens * sent) / all));

export function sum(bills: readonly (Billed | undefined)[]): Billed {
  return bills.reduce<Billed>((total, bill = nothing) => {
    const entries = Object.entries(total) as [keyof Billed, number][];
    return Object.fromEntries(entries.map(([name, tokens]) => [name, tokens + bill[name]])) as unknown as Billed;
  }, nothing);
}
