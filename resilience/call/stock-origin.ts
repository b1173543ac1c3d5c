// Where an error of a stock Connect transport comes from: a private flag where there is one, else its causes and words.
import { Code, ConnectError, failureOf, Reason } from "#core/failure.ts";
import type { Origin } from "#core/origin.ts";

/** Undefined for what no transport is known to make. */
export function stockOrigin(error: unknown, connect: ConnectError): Origin | undefined {
  const isWire = (connect as { isWireError?: boolean }).isWireError;
  // Details that were read from the wire are bytes.
  const isRead = isWire === true || connect.details.some((detail) => !("desc" in detail));
  if (isRead || /^HTTP \d{3}$/.test(connect.rawMessage)) return "peer";
  const known = byReason[failureOf(connect)?.reason ?? Reason.UNSPECIFIED];
  if (known !== undefined) return known;
  // Connect for browsers throws plain words here and there.
  const chain = causes(error instanceof Error ? error : connect);
  const says = (words: RegExp) => chain.some(({ message }) => words.test(message));
  if (says(/REFUSED_STREAM/)) return "refused";
  if (chain.some(isUnsent) || says(/GOAWAY/)) return "unsent";
  if (connect.code === Code.DeadlineExceeded || says(/aborted due to timeout/)) return "deadline";
  if (says(/(write|read)MaxBytes|^serialize binary/)) return "local";
  if (says(connectionWords) || chain.some(({ code }) => /^[A-Z][A-Z0-9_]+$/.test(code))) return broken;
  // Connect 2.1 has no flag: what has neither a cause nor known words was read from the wire.
  if (isWire === undefined && error instanceof ConnectError && connect.cause === undefined) return "peer";
  return brokenCodes.has(connect.code) ? broken : undefined;
}

const broken: Origin = "broken-before-headers";

/** Errors of this process that nobody has marked. */
const byReason: Partial<Record<Reason, Origin>> = {
  [Reason.UNREACHABLE]: "unsent",
  [Reason.NOT_PROCESSED]: "refused",
  [Reason.CONNECTION_LOST]: broken,
  [Reason.DEADLINE]: "deadline",
  [Reason.CANCELED]: "caller",
  [Reason.BREAKER_OPEN]: "local",
  [Reason.NO_ENDPOINT]: "local",
  [Reason.QUEUE_FULL]: "local",
};

/** What Connect, Node and browsers say when a connection, or what came over it, is broken. */
const connectionWords =
  /^(protocol error: (?!missing input)|missing (EndStreamResponse|trailer|response body)|http\/2 (stream|connection) closed|PING timed out|invalid end stream|(failed to )?parse |unsupported (content type|response encoding)|received compressed envelope|invalid envelope|unexpected end flag|sentinel completed early|connection aborted|expected open session|fetch failed|Failed to fetch|network error|NetworkError when|Error in (input|body) stream|Load failed|The network connection was lost)/;

/** Codes the stock transport gives to what a connection did. */
const brokenCodes = new Set([Code.Canceled, Code.Aborted, Code.Unavailable, Code.Internal, Code.DataLoss]);

interface Cause {
  readonly code: string;
  readonly syscall: string;
  readonly message: string;
}

const unsentCodes = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ERR_HTTP2_GOAWAY_SESSION",
  "ERR_HTTP2_INVALID_SESSION",
  "UND_ERR_CONNECT_TIMEOUT",
]);

function isUnsent({ code, syscall }: Cause): boolean {
  return unsentCodes.has(code) || (syscall === "connect" && code !== "ECONNRESET");
}

/** What lies beneath an error, the error itself first. */
function causes(error: unknown): Cause[] {
  const found: Cause[] = [];
  for (let at = error; at instanceof Error && found.length < 5; at = at.cause) {
    const { code, syscall, message } = at as Error & { code?: unknown; syscall?: unknown };
    const words = at instanceof ConnectError ? at.rawMessage : message;
    found.push({ code: typeof code === "string" ? code : "", syscall: String(syscall ?? ""), message: words });
  }
  return found;
}
