// Client interceptor: says what really happened where the stock transport hides it; a killed peer arrives as "canceled".
import type { AnyRequest, Interceptor } from "#core/call.ts";
import { Code, ConnectError, failure, failureOf, Reason } from "#core/failure.ts";
import { type Origin, withOrigin } from "#core/origin.ts";

/** Innermost of a client's interceptors. */
export function truth(agent: string): Interceptor {
  return (next) => async (req) => {
    try {
      const res = await next(req);
      return res.stream ? { ...res, message: truthful(res.message, req, agent) } : res;
    } catch (error) {
      throw whatHappened(error, req, agent);
    }
  };
}

async function* truthful<T>(messages: AsyncIterable<T>, req: AnyRequest, agent: string): AsyncIterable<T> {
  try {
    yield* messages;
  } catch (error) {
    throw whatHappened(error, req, agent, "broken-after-headers");
  }
}

/** The error with its true code and origin: what the peer said stays as it is, what the connection did becomes unavailable. */
export function whatHappened(
  error: unknown,
  req: Pick<AnyRequest, "signal" | "url">,
  agent: string,
  broken: Origin = "broken-before-headers",
): ConnectError {
  const connect = ConnectError.from(error);
  if (isFromPeer(connect)) return withOrigin(connect, "peer");
  if (req.signal.aborted && connect === req.signal.reason) return withOrigin(connect, "caller");
  if (failureOf(connect)) return connect;
  const made = { agent, cause: error };
  if (connect.code === Code.DeadlineExceeded) {
    return withOrigin(failure(Reason.DEADLINE, connect.rawMessage, made), "deadline");
  }
  if (req.signal.aborted && connect.code === Code.Canceled) {
    return withOrigin(failure(Reason.CANCELED, connect.rawMessage, made), "caller");
  }
  const where = new URL(req.url).host;
  if (isRefusedStream(connect)) {
    return withOrigin(failure(Reason.NOT_PROCESSED, `${agent} at ${where} did not take the call`, made), "refused");
  }
  if (isNeverSent(connect)) {
    const message = `${agent} can't be reached at ${where}: is it running?`;
    return withOrigin(failure(Reason.UNREACHABLE, message, made), "unsent");
  }
  if (connect.code === Code.ResourceExhausted) return withOrigin(connect, "local");
  if (brokenCodes.has(connect.code)) {
    return withOrigin(failure(Reason.CONNECTION_LOST, `the connection to ${agent} at ${where} broke`, made), broken);
  }
  return connect;
}

/** Codes the stock transport gives to what a connection did: reset, killed peer, garbage, missing end. */
const brokenCodes = new Set([
  Code.Canceled,
  Code.Aborted,
  Code.Internal,
  Code.Unknown,
  Code.Unavailable,
  Code.InvalidArgument,
  Code.DataLoss,
]);

/** Set by connect-es on errors it parsed from the wire; it is not part of its public types. */
function isFromPeer(error: ConnectError): boolean {
  return (error as { isWireError?: boolean }).isWireError === true;
}

/** REFUSED_STREAM: the peer did not touch the call, so it may be sent again whatever it does. */
function isRefusedStream(error: ConnectError): boolean {
  return causes(error).some(
    ({ code, message }) => code === "ERR_HTTP2_STREAM_ERROR" && message.includes("NGHTTP2_REFUSED_STREAM"),
  );
}

const neverSent = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ENETUNREACH",
  "EHOSTUNREACH",
  "ERR_HTTP2_GOAWAY_SESSION",
]);

function isNeverSent(error: ConnectError): boolean {
  return causes(error).some(({ code, message }) => neverSent.has(code) || message.includes("GOAWAY"));
}

/** What lies beneath an error, the error itself first. */
function causes(error: unknown): { code: string; message: string }[] {
  const found: { code: string; message: string }[] = [];
  for (let at = error; at instanceof Error && found.length < 5; at = at.cause) {
    found.push({ code: String((at as NodeJS.ErrnoException).code ?? ""), message: at.message });
  }
  return found;
}
