// How calls are answered: the fast path for what is common, Connect's own handlers for all else, over the same functions.
import type { ServerResponse } from "node:http";
import type { MethodImplSpec } from "@connectrpc/connect";
import { compressionBrotli, compressionGzip } from "@connectrpc/connect-node";
import { type Clock, systemClock } from "#core/clock.ts";
import { ConnectError } from "#core/failure.ts";
import { arrivalValues, arrivalValuesOf } from "./arrival.ts";
import type { Rpc } from "./client.ts";
import { type DeadlineOptions, deadline } from "./deadline.ts";
import type { NodeHandler } from "./listen.ts";
import { requestIdOf } from "./request-id.ts";
import { noting } from "./server/implementations.ts";
import type { Spec } from "./server/invoke.ts";
import { type StreamPath, streamPath } from "./server/path.ts";
import { type AdapterOptions, adapter } from "./stock/adapter.ts";
import { withFailure } from "./tell.ts";

export interface ServerOptions extends Omit<AdapterOptions, "contextValues" | "acceptCompression"> {
  rpc?: Rpc;
  /** How long calls may take, whatever their handlers do; else only the caller's own deadline counts. */
  deadlines?: Omit<DeadlineOptions, "clock">;
  /** Whether the process may be called by this name, such as "localhost:5011"; any when not given. */
  isKnownHost?: (authority: string) => boolean;
  /** The longest silence within a request's body. */
  requestTimeoutMs?: number;
  clock?: Clock;
}

export interface Server {
  handler: NodeHandler;
  /** What `listen` offers its HTTP/2 streams first. */
  streams: StreamPath | undefined;
}

/** Binary by default, JSON when asked; gzip and brotli where the caller takes them. */
export function server(options: ServerOptions): Server {
  const { rpc = "own", isKnownHost = () => true, requestTimeoutMs = 30_000, clock = systemClock } = options;
  const { deadlines, interceptors = [], ...rest } = options;
  const acceptCompression = [compressionGzip, compressionBrotli];
  const specs: MethodImplSpec[] = [];
  const handler = adapter({
    ...rest,
    // The fast path has its own, around all interceptors like this one.
    interceptors: deadlines ? [deadline({ ...deadlines, clock }), ...interceptors] : interceptors,
    acceptCompression,
    contextValues: arrivalValuesOf,
    routes: (router) => rest.routes(noting(router, (spec) => specs.push(spec))),
  });
  if (rpc === "stock") return { handler, streams: undefined };
  const streams = streamPath({
    ...rest,
    acceptCompression,
    specs: specs.filter((spec): spec is Spec => spec.kind === "unary" || spec.kind === "server_streaming"),
    interceptors,
    deadlines,
    readMaxBytes: rest.readMaxBytes ?? maxBytes,
    writeMaxBytes: rest.writeMaxBytes ?? maxBytes,
    compressMinBytes: rest.compressMinBytes ?? 1024,
    requestTimeoutMs,
    isKnownHost,
    contextValues: arrivalValues,
    tell: (error) => withFailure(ConnectError.from(error), rest.agent),
    clock,
  });
  const http1: NodeHandler = (req, res) => {
    const isTaken = !("stream" in req) && streams.takesHttp1(req, res as ServerResponse, requestIdOf(req));
    if (!isTaken) handler(req, res);
  };
  return { handler: http1, streams };
}

/** What an envelope can announce. */
const maxBytes = 0xffffffff;
