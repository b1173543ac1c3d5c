// Refuses a request before any handler sees it, in the words of its own protocol.
import { Http2ServerRequest } from "node:http2";
import { codeToHttpStatus, errorToJsonBytes } from "@connectrpc/connect/protocol-connect";
import { setTrailerStatus } from "@connectrpc/connect/protocol-grpc";
import type { ConnectError } from "#core/failure.ts";
import type { NodeRequest, NodeResponse } from "./listen.ts";
import { problemOf, problemType } from "./problem.ts";
import { requestIdOf } from "./request-id.ts";

const rpcPath = /^\/[\w.]+\.\w+\/\w+(\?|$)/;

/** Answers with the error: a gRPC status, a Connect error, or problem+json. */
export function refuse(req: NodeRequest, res: NodeResponse, error: ConnectError): void {
  const type = req.headers["content-type"] ?? "";
  if (type.startsWith("application/grpc")) {
    // A "trailers-only" answer: the status travels in the headers.
    const trailer = new Headers({ "content-type": type });
    setTrailerStatus(trailer, error);
    answer(req, res, 200, Object.fromEntries(trailer));
  } else if (rpcPath.test(req.url ?? "")) {
    const status = codeToHttpStatus(error.code);
    answer(req, res, status, { "content-type": "application/json" }, errorToJsonBytes(error, undefined));
  } else {
    const problem = problemOf(error, requestIdOf(req));
    answer(req, res, problem.status, { "content-type": problemType }, Buffer.from(JSON.stringify(problem)));
  }
}

function answer(
  req: NodeRequest,
  res: NodeResponse,
  status: number,
  headers: Record<string, string>,
  body?: Uint8Array,
) {
  for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
  // What is left of the request is not read: on HTTP/1.1 the connection can't be used again.
  if (!(req instanceof Http2ServerRequest)) res.setHeader("connection", "close");
  res.statusCode = status;
  if (body === undefined) res.end();
  else res.end(Buffer.from(body));
}
