// From Node's requests to Connect's handlers, where the stock adapter ends the process or blames the server for the caller's mistake.
import { constants } from "node:http2";
import {
  type ConnectRouter,
  type ConnectRouterOptions,
  type ContextValues,
  createConnectRouter,
} from "@connectrpc/connect";
import { readAllBytes, type UniversalServerResponse } from "@connectrpc/connect/protocol";
import { codeFromString, codeToHttpStatus, errorToJsonBytes } from "@connectrpc/connect/protocol-connect";
import {
  compressionBrotli,
  compressionGzip,
  universalRequestFromNodeRequest,
  universalResponseToNodeResponse,
} from "@connectrpc/connect-node";
import { Code, ConnectError, failure, Reason, reasonOf } from "#core/failure.ts";
import type { NodeHandler, NodeRequest } from "../listen.ts";
import { refuse } from "../refuse.ts";
import { maxTimeoutMs } from "../wire/timeouts.ts";

export interface AdapterOptions extends ConnectRouterOptions {
  /** The process's name, for errors. */
  agent: string;
  routes: (router: ConnectRouter) => void;
  /** Takes what is no rpc. */
  fallback: NodeHandler;
  contextValues: (req: NodeRequest) => ContextValues;
  /** Told when an answer could not be written, unless the caller just left. */
  log: (error: unknown) => void;
}

export function adapter({ agent, routes, fallback, contextValues, log, ...options }: AdapterOptions): NodeHandler {
  const router = createConnectRouter({ acceptCompression: [compressionGzip, compressionBrotli], ...options });
  routes(router);
  const handlers = new Map(router.handlers.map((handler) => [handler.requestPath, handler]));

  return function answerRpc(req, res) {
    const path = (req.url ?? "").split("?", 1)[0]!;
    const handler = handlers.get(path);
    if (handler === undefined) return fallback(req, res);
    let universal: ReturnType<typeof universalRequestFromNodeRequest>;
    try {
      cutTimeouts(req);
      universal = universalRequestFromNodeRequest(req, res, undefined, contextValues(req));
    } catch (error) {
      // A URL that can't be made of the request: without this it would be an uncaught exception.
      const why = ConnectError.from(error).rawMessage;
      return refuse(req, res, failure(Reason.INVALID_INPUT, `the request can't be read: ${why}`));
    }
    handler(universal)
      .then((answer) => blamed(answer, agent))
      .then((answer) => {
        // What is left of a request that was answered early is not read: the connection can't be used again.
        if (!("stream" in req) && !req.complete) res.setHeader("connection", "close");
        return universalResponseToNodeResponse(answer, res);
      })
      .then(() => {
        if ("stream" in req && !req.stream.readableEnded) req.stream.close(constants.NGHTTP2_NO_ERROR);
      })
      .catch((error) => {
        if (ConnectError.from(error).code !== Code.Aborted) log(error);
        if (!res.writableEnded) res.destroy();
      });
  };
}

/** Beyond what a timer can hold, Connect's own deadline would end a call at once. */
function cutTimeouts(req: NodeRequest): void {
  if (
    Number(req.headers["connect-timeout-ms"]) > maxTimeoutMs &&
    /^\d{1,10}$/.test(String(req.headers["connect-timeout-ms"]))
  ) {
    req.headers["connect-timeout-ms"] = String(maxTimeoutMs);
  }
  const grpc = /^(\d{1,8})([HMS])$/.exec(String(req.headers["grpc-timeout"] ?? ""));
  const seconds = grpc ? Number(grpc[1]) * { H: 3600, M: 60, S: 1 }[grpc[2] as "H" | "M" | "S"] : 0;
  if (seconds * 1000 > maxTimeoutMs) req.headers["grpc-timeout"] = `${Math.floor(maxTimeoutMs / 1000)}S`;
}

/** Errors made before any interceptor: they get their Failure, and a body that is no message is not the server's fault. */
async function blamed(answer: UniversalServerResponse, agent: string): Promise<UniversalServerResponse> {
  const isError = answer.status !== 200 && answer.header?.get("content-type") === "application/json";
  if (!isError || !answer.body) return answer;
  const bytes = await readAllBytes(answer.body, maxErrorBytes);
  const error = JSON.parse(Buffer.from(bytes).toString()) as { code: string; message?: string; details?: unknown[] };
  if (error.details?.length) return { ...answer, body: once(bytes) };
  const isCallers = error.code === "internal" && error.message?.startsWith("parse binary: ");
  const code = isCallers ? Code.InvalidArgument : (codeFromString(error.code) ?? Code.Unknown);
  const told = failure(reasonOf(new ConnectError("", code)), error.message ?? "", { agent });
  const body = errorToJsonBytes(new ConnectError(told.rawMessage, code, undefined, told.details as never), undefined);
  const header = new Headers(answer.header);
  header.set("content-length", String(body.byteLength));
  return { ...answer, status: codeToHttpStatus(code), header, body: once(body) };
}

/** Errors of ours are far smaller. */
const maxErrorBytes = 4 << 20;

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
