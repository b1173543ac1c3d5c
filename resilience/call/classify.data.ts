// What may happen to an attempt, the error that our own transport makes of it, and the one of a stock transport.
import { Code, ConnectError } from "@connectrpc/connect";
import { failure, Reason } from "#core/failure.ts";
import { type Origin, withOrigin } from "#core/origin.ts";
import type { Class } from "./outcome.ts";

/** An error as our own transport gives it. */
export const own = (origin: Origin, reason: Reason, code?: Code) =>
  withOrigin(failure(reason, "words", { code }), origin);
export const peer = (code: Code, message = "words", reason?: Reason) =>
  withOrigin(reason === undefined ? new ConnectError(message, code) : failure(reason, message, { code }), "peer");

/** An error as a stock transport gives it: not from the wire, with what Node says beneath. */
export function stock(message: string, code: Code, node?: { code: string; syscall?: string }): ConnectError {
  return new ConnectError(message, code, undefined, undefined, node && Object.assign(new Error(message), node));
}
export function wire(error: ConnectError): ConnectError {
  return Object.assign(error, { isWireError: true });
}
/** What happened, what our own transport makes of it, what the stock one does. */
export const same: [Class | `${Class} ${string}`, string, ConnectError, ConnectError][] = [
  [
    "unsent",
    "nobody listens",
    own("unsent", Reason.UNREACHABLE),
    stock("connect ECONNREFUSED 127.0.0.1:1", Code.Unavailable, { code: "ECONNREFUSED", syscall: "connect" }),
  ],
  [
    "unsent",
    "no such name",
    own("unsent", Reason.UNREACHABLE),
    stock("getaddrinfo ENOTFOUND x", Code.Unavailable, { code: "ENOTFOUND", syscall: "getaddrinfo" }),
  ],
  [
    "unsent",
    "no way there",
    own("unsent", Reason.UNREACHABLE),
    stock("connect EHOSTUNREACH 10.0.0.1:1", Code.Internal, { code: "EHOSTUNREACH", syscall: "connect" }),
  ],
  [
    "unsent",
    "REFUSED_STREAM",
    own("refused", Reason.NOT_PROCESSED),
    stock("Stream closed with error code NGHTTP2_REFUSED_STREAM", Code.Internal, { code: "ERR_HTTP2_STREAM_ERROR" }),
  ],
  [
    "unsent",
    "a session that was told to go away",
    own("refused", Reason.NOT_PROCESSED),
    stock("New streams cannot be created after receiving a GOAWAY", Code.Internal, {
      code: "ERR_HTTP2_GOAWAY_SESSION",
    }),
  ],
  [
    "broken",
    "a killed peer",
    own("broken-before-headers", Reason.CONNECTION_LOST),
    stock("http/2 stream closed with error code CANCEL (0x8)", Code.Canceled),
  ],
  [
    "broken",
    "a reset connection",
    own("broken-after-headers", Reason.CONNECTION_LOST),
    stock("read ECONNRESET", Code.Aborted, { code: "ECONNRESET", syscall: "read" }),
  ],
  [
    "broken",
    "a half that is not there",
    own("broken-after-headers", Reason.CONNECTION_LOST),
    stock("protocol error: missing EndStreamResponse", Code.InvalidArgument),
  ],
  [
    "broken",
    "gRPC without a status",
    own("broken-after-headers", Reason.CONNECTION_LOST, Code.Internal),
    stock("protocol error: missing status", Code.Internal),
  ],
  [
    "broken",
    "garbage",
    own("broken-after-headers", Reason.CONNECTION_LOST, Code.Internal),
    stock("parse binary: illegal tag: field no 13 wire type 7", Code.Internal),
  ],
  [
    "broken",
    "another protocol",
    own("broken-before-headers", Reason.CONNECTION_LOST),
    stock("Parse Error: Expected HTTP/", Code.Internal, { code: "HPE_INVALID_CONSTANT" }),
  ],
  [
    "broken",
    "a page instead of an answer",
    peer(Code.Unknown, "unsupported content type text/html"),
    stock("unsupported content type text/html", Code.Unknown),
  ],
  [
    "broken",
    "PING without an answer",
    own("broken-before-headers", Reason.CONNECTION_LOST),
    stock("PING timed out", Code.Unavailable),
  ],
  ...["network error", "Error in input stream", "Load failed", "The network connection was lost."].map(
    (words): (typeof same)[number] => [
      "broken",
      `a stream that breaks in a browser: ${words}`,
      own("broken-after-headers", Reason.CONNECTION_LOST),
      new ConnectError(words, Code.Unknown, undefined, undefined, new TypeError(words)),
    ],
  ),
  ...["missing EndStreamResponse", "missing trailer"].map((words): (typeof same)[number] => [
    "broken",
    `a browser's stream without its end: ${words}`,
    own("broken-after-headers", Reason.CONNECTION_LOST),
    stock(words, Code.Unknown),
  ]),
  ["deadline", "a deadline", own("deadline", Reason.DEADLINE), stock("the operation timed out", Code.DeadlineExceeded)],
  [
    "local",
    "a request that is too large to be sent",
    withOrigin(
      failure(Reason.TOO_LARGE, "message size 9 is larger than configured writeMaxBytes 8", { code: 8 }),
      "local",
    ),
    stock("message size 9 is larger than configured writeMaxBytes 8", Code.ResourceExhausted),
  ],
  [
    "local",
    "a request that can't be written",
    own("local", Reason.INVALID_INPUT),
    stock("serialize binary: invalid int32", Code.Internal),
  ],
  [
    "application",
    "an answer that is too large to be taken",
    own("local", Reason.TOO_LARGE),
    stock("message size 9 is larger than configured readMaxBytes 8", Code.ResourceExhausted),
  ],
  ["overload", "HTTP 429", peer(Code.Unavailable, "HTTP 429"), stock("HTTP 429", Code.Unavailable)],
  ["unavailable", "HTTP 503", peer(Code.Unavailable, "HTTP 503"), stock("HTTP 503", Code.Unavailable)],
  ["server", "HTTP 500", peer(Code.Unknown, "HTTP 500"), stock("HTTP 500", Code.Unknown)],
  ...(
    [
      ["unavailable", Code.Unavailable, undefined],
      ["unavailable", Code.Unavailable, Reason.UNREACHABLE],
      ["unavailable dependency", Code.Unavailable, Reason.DEPENDENCY],
      ["unavailable dependency", Code.Unavailable, Reason.ATTEMPTS_EXHAUSTED],
      ["unavailable dependency", Code.Unavailable, Reason.BREAKER_OPEN],
      ["unsent", Code.Unavailable, Reason.NOT_PROCESSED],
      ["unsent", Code.Unavailable, Reason.QUEUE_FULL],
      ["unsent shed", Code.Unavailable, Reason.SHED],
      ["unsent shed", Code.ResourceExhausted, Reason.SHED],
      ["unsent shed", Code.Unavailable, Reason.DRAINING],
      ["deadline", Code.DeadlineExceeded, undefined],
      ["overload", Code.ResourceExhausted, undefined],
      ["overload", Code.ResourceExhausted, Reason.RATE_LIMITED],
      ["application", Code.ResourceExhausted, Reason.TOO_LARGE],
      ["server", Code.Internal, undefined],
      ["server", Code.Unknown, undefined],
      ["server", Code.DataLoss, undefined],
      ["application", Code.NotFound, undefined],
      ["application", Code.Canceled, undefined],
      ["application", Code.Aborted, undefined],
      ["application", Code.InvalidArgument, undefined],
    ] as const
  ).map(([outcome, code, reason]): (typeof same)[number] => {
    const says = `the peer says ${Code[code]}${reason === undefined ? "" : ` (reason ${reason})`}`;
    return [outcome, says, peer(code, "words", reason), wire(peerless(code, reason))];
  }),
];

function peerless(code: Code, reason: Reason | undefined) {
  return reason === undefined ? new ConnectError("words", code) : failure(reason, "words", { code });
}
