// A call that ended without an answer: what happened to it, in the codes of gRPC's mapping, with its origin.
import type { ClientHttp2Stream } from "node:http2";
import { constants } from "node:http2";
import { Code, type ConnectError, failure, Reason } from "#core/failure.ts";
import { type Origin, withOrigin } from "#core/origin.ts";
import type { Connection } from "./connection.ts";
import { hostOf, type Peer } from "./connections.ts";

/** The error of a stream that closed before its answer was whole. */
export function lost(
  peer: Peer,
  connection: Connection,
  stream: ClientHttp2Stream,
  hadHeaders: boolean,
  streamError: unknown,
): ConnectError {
  const { agent } = peer;
  const where = `${agent} at ${hostOf(peer)}`;
  const code = stream.rstCode ?? constants.NGHTTP2_NO_ERROR;
  const cause = connection.cause ?? streamError;
  const isLeftOut = code === constants.NGHTTP2_REFUSED_STREAM || (stream.id ?? 0) > connection.lastTaken;
  // One that has begun to answer can't say that it did nothing.
  if (isLeftOut && !hadHeaders) {
    return withOrigin(failure(Reason.NOT_PROCESSED, `${where} did not take the call`, { agent, cause }), "refused");
  }
  // A stream without a number was never put on the wire.
  if (stream.id === undefined && !hadHeaders) {
    return withOrigin(failure(Reason.UNREACHABLE, `the connection to ${where} was gone`, { agent, cause }), "unsent");
  }
  const origin: Origin = hadHeaders ? "broken-after-headers" : "broken-before-headers";
  if (connection.isGone) {
    const why = cause instanceof Error ? ` (${cause.message})` : "";
    return withOrigin(
      failure(Reason.CONNECTION_LOST, `the connection to ${where} broke${why}`, { agent, cause }),
      origin,
    );
  }
  const name = codeNames[code] ?? `code ${code}`;
  const options = { agent, cause, code: reset[code] };
  return withOrigin(failure(Reason.CONNECTION_LOST, `${where} broke the call off (${name})`, options), origin);
}

/** The error of an answer that is not what the protocol says. */
export function garbled(peer: Peer, message: string): ConnectError {
  const { agent } = peer;
  const error = failure(Reason.CONNECTION_LOST, `${agent} at ${hostOf(peer)}: ${message}`, { agent });
  return withOrigin(error, "broken-after-headers");
}

/**
 * Codes of RST_STREAM that don't mean "unavailable"; gRPC over HTTP/2, section "HTTP2 Transport Mapping".
 * Its CANCELLED for CANCEL is left out: for callers that is their own cancel, and here they did not.
 */
const reset: Record<number, Code> = {
  [constants.NGHTTP2_PROTOCOL_ERROR]: Code.Internal,
  [constants.NGHTTP2_INTERNAL_ERROR]: Code.Internal,
  [constants.NGHTTP2_FLOW_CONTROL_ERROR]: Code.Internal,
  [constants.NGHTTP2_SETTINGS_TIMEOUT]: Code.Internal,
  [constants.NGHTTP2_FRAME_SIZE_ERROR]: Code.Internal,
  [constants.NGHTTP2_COMPRESSION_ERROR]: Code.Internal,
  [constants.NGHTTP2_CONNECT_ERROR]: Code.Internal,
  [constants.NGHTTP2_ENHANCE_YOUR_CALM]: Code.ResourceExhausted,
  [constants.NGHTTP2_INADEQUATE_SECURITY]: Code.PermissionDenied,
};

/** The error codes of HTTP/2 by their number; RFC 9113, section 7. */
const codeNames = [
  "NO_ERROR",
  "PROTOCOL_ERROR",
  "INTERNAL_ERROR",
  "FLOW_CONTROL_ERROR",
  "SETTINGS_TIMEOUT",
  "STREAM_CLOSED",
  "FRAME_SIZE_ERROR",
  "REFUSED_STREAM",
  "CANCEL",
  "COMPRESSION_ERROR",
  "CONNECT_ERROR",
  "ENHANCE_YOUR_CALM",
  "INADEQUATE_SECURITY",
  "HTTP_1_1_REQUIRED",
];
