// Every way in which a provider lets its callers down, by name: answers for a script.
import type { Answer } from "./script.ts";

/** None of them is answered well: where a stream is to break, it does so before its end, however short it is. */
export const failures = {
  /** 401, at Google 400: the key is not known. */
  unauthorized: { fault: "key" },
  forbidden: { status: 403 },
  unknownModel: { status: 404 },
  /** Says when to come back: in `retry-after`, at Google in the error's details. */
  rateLimited: { status: 429, retryAfterS: 7 },
  /** Says when to come back only in the headers that tell the limits; Google has none. */
  rateLimitedByHeaders: { status: 429, limit: { requests: 50, remaining: 0, resetS: 7 } },
  /** No money left, or no more for today: 429, at Anthropic 400. */
  outOfQuota: { fault: "quota" },
  serverError: { status: 500 },
  unavailable: { status: 503 },
  overloaded: { status: 529 },
  /** Nothing comes for an hour. */
  slow: { firstByteMs: 3_600_000 },
  /** It begins, and falls silent. */
  stalled: { hangAfterEvents: 4 },
  /** It begins, and the connection is reset. */
  cut: { cutAfterEvents: 4 },
  /** It ends as if all were well, but not with its last event. */
  unfinished: { endAfterEvents: 4 },
  errorEvent: { errorAfterEvents: 4 },
  /** What comes over the wire is no JSON. */
  garbled: { garbled: true },
  /** What the model says is no JSON. */
  malformed: { malformed: true },
  /** What the model says is JSON of another shape. */
  wrongSchema: { json: { nothing: "that was asked for" } },
  empty: { empty: true },
  refused: { stop: "refusal" },
  tooLong: { stop: "length" },
} as const satisfies Readonly<Record<string, Answer>>;

export type FailureName = keyof typeof failures;
