// What a simulated provider does with each request, as plain values: they may come as JSON from another process.
import { type Clock, systemClock } from "#core/clock.ts";
import type { Billed } from "./billing.ts";

export interface Answer {
  /** What the model says; ten words when not given, or what the request's schema asks for. */
  text?: string;
  /** What it says as JSON. */
  json?: unknown;
  /** What it thought before, shown where the provider shows it. */
  reasoning?: string;
  /** Tools it wants called. */
  toolCalls?: readonly ToolCall[];
  /** Pages it found by the provider's own search. */
  sources?: readonly string[];
  /** Why it ends; "length" says the first half only. */
  stop?: "end" | "length" | "refusal";
  /** What the provider counts and bills; four characters are a token where not given. */
  usage?: Partial<Billed>;
  /** The model that answers, when it is not the one that was asked for. */
  model?: string;
  /** It says nothing at all. */
  empty?: boolean;
  /** What it says breaks off in the middle although it ends well: no JSON. */
  malformed?: boolean;
  /** What comes over the wire is no JSON. */
  garbled?: boolean;

  /** 200 when not given. */
  status?: number;
  /** The key is not known, or has no money left: with the status that the provider has for it. */
  fault?: "key" | "quota";
  /** Words of an error. */
  message?: string;
  /** When to come back, in seconds, as the provider says it. */
  retryAfterS?: number;
  /** Tells the limits in the provider's own headers. */
  limit?: Limit;
  /** Headers beside the provider's own. */
  headers?: Readonly<Record<string, string>>;

  /** How long nothing comes at all. */
  firstByteMs?: number;
  /** How long it takes from one event of a stream to the next. */
  betweenMs?: number;
  /** The connection is reset after so many events of a stream, and before its end; or within the body of a whole answer. */
  cutAfterEvents?: number;
  /** The stream ends as if all were said, but before its end; a whole answer ends within its body. */
  endAfterEvents?: number;
  /** The stream is left open after so many events, and nothing more comes; so is the body of a whole answer. */
  hangAfterEvents?: number;
  /** An error is the last event, after so many: the one of `status`, or of 500. A whole answer has that status instead. */
  errorAfterEvents?: number;
}

export interface ToolCall {
  name: string;
  input: unknown;
}

export interface Limit {
  requests: number;
  remaining: number;
  /** From now. */
  resetS: number;
  /** The same for tokens. */
  tokens?: { limit: number; remaining: number; resetS: number };
}

/** A request as it means the same in every dialect. */
export interface ProviderRequest extends Asked {
  /** From 1, of all requests. */
  readonly n: number;
  /** anthropic, google, openai or compatible. */
  readonly dialect: string;
  /** Whether it came with a key; the key is kept nowhere. */
  readonly hasKey: boolean;
  /** Without those that hold keys. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The request's JSON. */
  readonly body: Readonly<Record<string, unknown>>;
  /** What it cost so far; undefined when nothing was billed. */
  readonly billed?: Billed;
}

/** What a dialect reads from a request. */
export interface Asked {
  readonly model: string;
  readonly stream: boolean;
  /** Who the model is told to be. */
  readonly system: string;
  /** All that the user says, results of tools included. */
  readonly prompt: string;
  /** The schema of the answer, as JSON Schema. */
  readonly schema?: Readonly<Record<string, unknown>> | undefined;
  /** Its name where the dialect has one, otherwise its title. */
  readonly schemaName?: string | undefined;
  /** The tool that is to be called with the structured answer, where that is asked for in this way. */
  readonly structuredTool?: string | undefined;
  readonly maxOutputTokens?: number | undefined;
}

/** One answer for each request, oldest first, then `otherwise`; a function decides by the request. */
export type Script =
  | { answers?: readonly Answer[]; otherwise?: Answer }
  | ((request: ProviderRequest) => Answer | undefined);

/** `n` counts from the beginning of the script. */
export function answerFor(script: Script, request: ProviderRequest, n = request.n): Answer {
  if (typeof script === "function") return script(request) ?? {};
  return script.answers?.[n - 1] ?? script.otherwise ?? {};
}

/** Within its rate a provider answers, beyond it says 429 and when to come back: a script that limits as they do. */
export function limited(perSecond: number, clock: Clock = systemClock): Script {
  let from = clock.now();
  let used = 0;
  return () => {
    if (clock.now() - from >= 1000) [from, used] = [clock.now(), 0];
    used++;
    const limit = { requests: perSecond, remaining: Math.max(0, perSecond - used), resetS: 1 };
    return used <= perSecond ? { limit } : { status: 429, retryAfterS: 1, limit };
  };
}
