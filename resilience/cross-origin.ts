// What a server must let pages of other origins send and read, so that their clients can do their part: for CORS, beside Connect's own `cors`.
import { previousAttemptsHeader } from "./call/attempt.ts";
import { idempotencyKeyHeader } from "./call/idempotency.ts";
import { pushbackHeader } from "./call/pushback.ts";
import { fallbackHeader } from "./fallback/fallback-mark.ts";
import {
  epochHeader,
  finalSeqTrailer,
  firstSeqHeader,
  joinedHeader,
  resumeFromHeader,
  resumeHeader,
  streamHeader,
} from "./resume/headers.ts";
import { criticalityHeader } from "./server/criticality.ts";

export const crossOrigin = {
  /** For Access-Control-Allow-Headers: a call with another one is refused by the browser. */
  allowedHeaders: [idempotencyKeyHeader, previousAttemptsHeader, criticalityHeader, resumeHeader, resumeFromHeader],
  /** For Access-Control-Expose-Headers: without them nothing is resumed, and no one comes again when told to. */
  exposedHeaders: [
    streamHeader,
    epochHeader,
    firstSeqHeader,
    finalSeqTrailer,
    joinedHeader,
    fallbackHeader,
    pushbackHeader,
    "retry-after",
    "retry-after-ms",
  ],
} as const;
