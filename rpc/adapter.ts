// From Node's requests to Connect's handlers, where the stock adapter ends the process or blames the server for the caller's mistake.
import {
  type ConnectRouter,
  type ConnectRouterOptions,
  type ContextValues,
  createConnectRouter,
} from "@connectrpc/connect";
import { readAllBytes, type UniversalServerResponse } from "@connectrpc/connect/protocol";
import { codeToHttpStatus } from "@connectrpc/connect/protocol-connect";
import {
  compressionBrotli,
  compressionGzip,
  universalRequestFromNodeRequest,
  universalResponseToNodeResponse,
} from "@connectrpc/connect-node";
import { Code, ConnectError, failure, Reason } from "#core/failure.ts";
import type { NodeHandler, NodeRequest } from "./listen.ts";
import { refuse } from "./refuse.ts";

export interface AdapterOptions extends ConnectRouterOptions {
  routes: (router: ConnectRouter) => void;
  /** Takes what is no rpc. */
  fallback: NodeHandler;
  contextValues: (req: NodeRequest) => ContextValues;
  /** Told when an answer could not be written, unless the caller just left. */
  log: (error: unknown) => void;
}

export function adapter({ routes, fallback, contextValues, log, ...options }: AdapterOptions): NodeHandler {
  const router = createConnectRouter({ acceptCompression: [compressionGzip, compressionBrotli], ...options });
  routes(router);
  const handlers = new Map(router.handlers.map((handler) => [handler.requestPath, handler]));

  return function answerRpc(req, res) {
    const path = (req.url ?? "").split("?", 1)[0]!;
    const handler = handlers.get(path);
    if (handler === undefined) return fallback(req, res);
    let universal: ReturnType<typeof universalRequestFromNodeRequest>;
    try {
      universal = universalRequestFromNodeRequest(req, res, undefined, contextValues(req));
    } catch (error) {
      // A URL that can't be made of the request: without this it would be an uncaught exception.
      const why = ConnectError.from(error).rawMessage;
      return refuse(req, res, failure(Reason.INVALID_INPUT, `the request can't be read: ${why}`));
    }
    handler(universal)
      .then(blamed)
      .then((answer) => universalResponseToNodeResponse(answer, res))
      .catch((error) => {
        if (ConnectError.from(error).code !== Code.Aborted) log(error);
        if (!res.writableEnded) res.destroy();
      });
  };
}

/** Connect-es answers a body that is no message with 500 "internal"; it is the caller's mistake. */
async function blamed(answer: UniversalServerResponse): Promise<UniversalServerResponse> {
  const isError = answer.status === 500 && answer.header?.get("content-type") === "application/json";
  if (!isError || !answer.body) return answer;
  const bytes = await readAllBytes(answer.body, 1 << 20);
  const error = JSON.parse(Buffer.from(bytes).toString()) as { code: string; message?: string };
  const isCallers = error.code === "internal" && error.message?.startsWith("parse binary: ");
  const body = isCallers ? Buffer.from(JSON.stringify({ ...error, code: "invalid_argument" })) : bytes;
  const header = new Headers(answer.header);
  header.set("content-length", String(body.byteLength));
  return {
    ...answer,
    status: isCallers ? codeToHttpStatus(Code.InvalidArgument) : answer.status,
    header,
    body: once(body),
  };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
