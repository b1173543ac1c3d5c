// What a kind of provider has of its own: how it is asked, and what its events tell about a request.
import type { LanguageModel, ToolSet } from "ai";

export interface Endpoint {
  readonly model: string;
  /** Empty where none is needed. */
  readonly apiKey: string;
  /** With its version, such as "https://api.anthropic.com/v1". */
  readonly baseUrl: string;
  readonly fetch: typeof fetch;
}

export interface Dialect {
  readonly kind: "anthropic" | "google" | "openai" | "compatible";
  /** The library's model; it is made for each request, since each has its own `fetch`. */
  language(endpoint: Endpoint): LanguageModel;
  /** The provider's own search, and whether a schema may stand beside it; absent where there is none. */
  search?(endpoint: Endpoint): { tools: ToolSet; besideSchema: boolean };
  /** What one event of the stream tells. */
  reads(event: Json): Told;
}

/** What an event may tell; what is absent it does not tell. */
export interface Told {
  /** The model that answers. */
  readonly model?: string | undefined;
  readonly requestId?: string | undefined;
  /** Counts that hold from now on. */
  readonly tokens?: Partial<Tokens> | undefined;
  /** The answer is whole: it came to an end, good or bad. */
  readonly ended?: boolean | undefined;
  /** The event is an error. */
  readonly error?: Json | undefined;
}

export interface Tokens {
  /** Without those read from or written to a cache. */
  readonly input: number;
  /** With those of the reasoning. */
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly reasoning: number;
}

export type Json = Readonly<Record<string, unknown>>;

/** An object, or an empty one in place of anything else. */
export function objectOf(value: unknown): Json {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

export const textOf = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined;

/** No request has more tokens; sums of such counts, and what they cost, can still be written down. */
const mostTokens = 1e9;

/** A count; 0 when it is not told. */
export const countOf = (value: unknown): number =>
  typeof value === "number" && value > 0 ? Math.round(Math.min(value, mostTokens)) : 0;
