// What a provider's HTTP looks like: where it is asked, and how answers, streams, errors and limits are written.
import type { IncomingHttpHeaders } from "node:http";
import type { Said } from "./said.ts";
import type { Answer, Asked } from "./script.ts";

/** One server-sent event. */
export interface Event {
  /** Its name, where the dialect has names. */
  readonly event?: string;
  /** JSON, or a text that stands as it is. */
  readonly data: unknown;
  /** What of the answer it carries; that is billed when it was sent. */
  readonly carries?: { readonly kind: "reasoning" | "said"; readonly text: string };
  /** Without it the answer is not whole: where a stream is to break, it breaks before. */
  readonly ends?: boolean;
}

/** A request that is refused. */
export interface Refused extends Pick<Answer, "fault" | "message" | "retryAfterS"> {
  readonly status: number;
  readonly model: string;
  readonly requestId: string;
}

export interface Dialect {
  /** As engines of this kind are called: anthropic, google, openai or compatible. */
  readonly name: string;
  /** The path that is asked with POST. */
  readonly path: RegExp;
  /** Whether writing to the cache is counted by itself; otherwise it counts as input. */
  readonly countsCacheWrites: boolean;
  /** The header with the provider's id of the request. */
  readonly requestIdHeader: string;
  keyOf(headers: IncomingHttpHeaders, query: URLSearchParams): string | undefined;
  read(body: Readonly<Record<string, unknown>>, path: string, query: URLSearchParams): Asked;
  whole(said: Said): unknown;
  events(said: Said): Event[];
  /** The status of a fault where none is given. */
  readonly statusOf: Readonly<Record<NonNullable<Answer["fault"]>, number>>;
  error(refused: Refused): unknown;
  /** An error as the last event of a stream. */
  errorEvent(refused: Refused, at: number): Event;
  /** What headers say of limits and of when to come back. */
  limitHeaders(answer: Pick<Answer, "limit" | "retryAfterS">, now: Date): Record<string, string>;
}

/** The key of an `authorization: Bearer` header. */
export function bearer({ authorization }: IncomingHttpHeaders): string | undefined {
  return /^bearer (.+)$/i.exec(authorization ?? "")?.[1];
}
