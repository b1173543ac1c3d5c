// What a model says to a request, before a dialect writes it: the script's answer with all that it left out.
import { type Billed, nothing, type Sent, tokensIn } from "./billing.ts";
import { sampleOf } from "./sample.ts";
import type { Answer, ProviderRequest, ToolCall } from "./script.ts";

export interface Said {
  readonly model: string;
  readonly reasoning: string;
  readonly text: string;
  readonly toolCalls: readonly ToolCall[];
  readonly sources: readonly string[];
  readonly stop: "end" | "length" | "refusal" | "tools";
  readonly usage: Billed;
  /** Repeats from the request's number. */
  readonly id: string;
  /** Seconds since 1970. */
  readonly created: number;
  /** Whether a stream tells the usage in dialects where one asks for it. */
  readonly includesUsage: boolean;
}

const tenWords = "This is what a model would have said to you.";
const no = "I can't help with that.";

export const idOf = (n: number) => String(n).padStart(8, "0");

export function saidFor(request: ProviderRequest, answer: Answer, now: Date, countsCacheWrites: boolean): Said {
  const { stop = "end", reasoning = "", sources = [] } = answer;
  const { text, toolCalls, isCut } = spoken(request, answer);
  const { model: _, ...asked } = request.body;
  const reasoningTokens = answer.usage?.reasoningTokens ?? tokensIn(reasoning.length);
  const { said } = charactersOf({ reasoning, text, toolCalls });
  const { include_usage: includesUsage = false } = (request.body.stream_options ?? {}) as { include_usage?: boolean };
  const usage: Billed = {
    ...nothing,
    inputTokens: tokensIn(JSON.stringify(asked).length),
    outputTokens: tokensIn(said) + reasoningTokens,
    ...answer.usage,
    reasoningTokens,
  };
  return {
    model: answer.model ?? request.model,
    reasoning,
    text,
    toolCalls,
    sources,
    stop: isCut ? "length" : stop === "end" && toolCalls.length > 0 ? "tools" : stop,
    usage: countsCacheWrites
      ? usage
      : { ...usage, inputTokens: usage.inputTokens + usage.cacheWriteTokens, cacheWriteTokens: 0 },
    id: idOf(request.n),
    created: Math.floor(now.getTime() / 1000),
    includesUsage,
  };
}

function spoken(request: ProviderRequest, answer: Answer) {
  const { text, json, stop, empty, malformed, toolCalls = [] } = answer;
  const silent = { text: "", toolCalls: [], isCut: false };
  if (empty) return silent;
  if (stop === "refusal") return { ...silent, text: text ?? no };
  if (text === undefined && json === undefined && toolCalls.length > 0) return { ...silent, toolCalls };
  const value = json ?? (text === undefined && request.schema ? sampleOf(request.schema) : undefined);
  const isHalf = malformed || stop === "length";
  if (value !== undefined && request.structuredTool !== undefined && !isHalf) {
    return { ...silent, toolCalls: [{ name: request.structuredTool, input: value }, ...toolCalls] };
  }
  const all = value === undefined ? (text ?? tenWords) : JSON.stringify(value);
  const half = isHalf ? all.slice(0, Math.ceil(all.length / 2)) : all;
  // A model stops at the limit it was given; a script that counts by itself knows better.
  const room = answer.usage ? half.length : (request.maxOutputTokens ?? Infinity) * 4;
  return { text: half.slice(0, room), toolCalls, isCut: half.length > room };
}

/** All that is billed as output. */
export function charactersOf({ reasoning, text, toolCalls }: Pick<Said, "reasoning" | "text" | "toolCalls">): Sent {
  const inputs = toolCalls.map(({ input }) => JSON.stringify(input).length);
  return { reasoning: reasoning.length, said: inputs.reduce((all, length) => all + length, text.length) };
}

/** A text as it is streamed: word by word, long ones in about a hundred pieces. */
export function piecesOf(text: string): string[] {
  const size = Math.ceil(text.length / 100);
  return text.match(size > 20 ? new RegExp(`[^]{1,${size}}`, "gu") : /\S{1,20}\s*|\s+/gu) ?? [];
}
