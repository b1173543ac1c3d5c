// What a provider's HTTP looks like: where it is asked, and how answers, streams, errors and limits are written.
import type { Answer, Limit, ProviderRequest } from "./script.ts";

export interface Said {
  readonly text: string;
  readonly model: string;
  /** Counted roughly, as four characters a token. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Repeats from the request's number. */
  readonly id: string;
}

export interface Event {
  readonly event: string;
  readonly data: unknown;
}

export interface Dialect {
  /** Such as "anthropic". */
  readonly name: string;
  /** The path that is asked with POST. */
  readonly path: RegExp;
  isStream(request: ProviderRequest): boolean;
  whole(said: Said): unknown;
  events(said: Said): Event[];
  error(status: number, message: string | undefined, requestId: string): unknown;
  limitHeaders(limit: Limit, now: Date): Record<string, string>;
}

const tenWords = "This is what a model would have said to you.";

export function saidFor({ n, body }: ProviderRequest, { text = tenWords }: Answer): Said {
  const { model = "simulated", ...rest } = body;
  return {
    text,
    model: String(model),
    inputTokens: Math.ceil(JSON.stringify(rest).length / 4),
    outputTokens: Math.ceil(text.length / 4),
    id: String(n).padStart(8, "0"),
  };
}
