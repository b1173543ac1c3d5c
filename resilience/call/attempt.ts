// One attempt of a call: its own copy of the headers, its number, its time; the caller's request stays as it was.
import { codeToString } from "@connectrpc/connect/protocol-connect";
import type { AnyRequest } from "#core/call.ts";
import type { Clock } from "#core/clock.ts";
import { ConnectError, failure, Reason } from "#core/failure.ts";
import { withOrigin } from "#core/origin.ts";
import { type Attempt, attemptKey, type Call, withValue } from "./call.ts";
import { stateTimeout } from "./timeout-header.ts";

/** How many attempts came before this one; gRFC A6, "Exposed Retry Metadata". */
export const previousAttemptsHeader = "grpc-previous-rpc-attempts";

/** The least time an attempt is worth beginning with, in milliseconds. */
export const minWorkMs = 5;

/** The request of another attempt. `avoid` are the endpoints that should not be asked again. */
export function attemptRequest<R extends AnyRequest>(
  req: R,
  call: Call,
  avoid: readonly string[] = [],
): { req: R; attempt: Attempt } {
  call.attempts++;
  const attempt: Attempt = { call, number: call.attempts, timeoutMs: undefined, avoid, endpoint: undefined };
  const contextValues = withValue(req.contextValues, attemptKey, attempt);
  // The first attempt adds no header, and who rewrites one copies them.
  if (attempt.number === 1) return { req: { ...req, contextValues }, attempt };
  const header = new Headers(req.header);
  header.set(previousAttemptsHeader, String(attempt.number - 1));
  return { req: { ...req, header, contextValues }, attempt };
}

/** Takes back that an attempt was one: the peer never touched it, so the next has its number (gRFC A6). */
export function uncounted({ call }: Attempt): void {
  call.attempts--;
}

/** Notes a failed attempt in its call. */
export function noteFailure({ call, endpoint }: Attempt, error: unknown, elapsedMs: number): void {
  call.failed.push({ endpoint: endpoint ?? "", code: codeToString(ConnectError.from(error).code), elapsedMs });
}

const nothing = () => {};

/**
 * The request with the time its attempt has. On a transport of ours the time travels with the attempt; on a foreign one
 * the header is rewritten and the signal aborts in time. `lift` takes the timer off: the attempt is over.
 */
export function limitedRequest<R extends AnyRequest>(
  req: R,
  attempt: Attempt,
  timeoutMs: number,
  clock: Clock,
): { req: R; lift: () => void } {
  const whole = Math.max(1, Math.floor(timeoutMs));
  attempt.timeoutMs = whole;
  attempt.limitAt = clock.now() + whole;
  if (attempt.call.timing === "transport") return { req, lift: nothing };
  const ending = new AbortController();
  const late = () => {
    lift();
    ending.abort(withOrigin(failure(Reason.DEADLINE, `no answer within ${whole} ms`), "deadline"));
  };
  const left = () => {
    lift();
    ending.abort(req.signal.reason);
  };
  const callOff = clock.after(whole, late);
  const lift = () => {
    callOff();
    req.signal.removeEventListener("abort", left);
  };
  if (req.signal.aborted) left();
  else req.signal.addEventListener("abort", left, { once: true });
  const header = new Headers(req.header);
  stateTimeout(header, whole);
  return { req: { ...req, header, signal: ending.signal }, lift };
}
