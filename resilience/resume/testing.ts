// For tests of resumption: a server in this process whose heads wait for the first message, as on the wire, and connections cut by plan.
import {
  type ConnectRouter,
  type ContextValues,
  createConnectRouter,
  createContextValues,
  type Transport,
} from "@connectrpc/connect";
import type { UniversalHandler } from "@connectrpc/connect/protocol";
import { createTransport } from "@connectrpc/connect/protocol-connect";
import type { StreamResponse } from "#core/call.ts";
import { failure, Reason } from "#core/failure.ts";
import { withOrigin } from "#core/origin.ts";
import { ClaudeService, type StreamPlanResponse } from "#gen/synapse/v1/claude_pb.ts";

/** Answers what the router routes; a router of its own each time it is asked for, as a process that was started anew. */
export function serving(routes: (router: ConnectRouter) => void, shutdownSignal?: AbortSignal): Transport {
  const router = createConnectRouter({ connect: true, ...(shutdownSignal && { shutdownSignal }) });
  routes(router);
  const handlers = new Map(router.handlers.map((handler) => [handler.requestPath, handler]));
  return createTransport({
    httpClient: async ({ url, method, header, body, signal = new AbortController().signal }) => {
      const handler = handlers.get(new URL(url).pathname) as UniversalHandler;
      const res = await handler({ httpVersion: "2.0", method, url, header, body: body ?? none(), signal });
      const chunks = (res.body ?? none())[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
      const first = await chunks.next();
      const rest = {
        next: () => chunks.next(),
        [Symbol.asyncIterator]: () => rest,
      } as AsyncIterableIterator<Uint8Array>;
      async function* whole() {
        if (!first.done) yield first.value;
        yield* rest;
      }
      return {
        status: res.status,
        header: new Headers(res.header),
        body: whole(),
        trailer: new Headers(res.trailer),
      };
    },
    baseUrl: "https://in-memory",
    useBinaryFormat: true,
    interceptors: [],
    acceptCompression: [],
    sendCompression: null,
    compressMinBytes: 0xffffffff,
    readMaxBytes: 0xffffffff,
    writeMaxBytes: 0xffffffff,
  });
}

async function* none(): AsyncGenerator<Uint8Array> {}

export interface Cuts {
  /** What the attempts were sent with, oldest first. */
  readonly seen: Headers[];
  readonly transport: Transport;
}

/** Called before the n-th stream is opened: a pool, which may refuse. */
export type Via = (nth: number, values: ContextValues) => void;

/** Breaks the n-th stream, from 0, after so many messages; undefined lets it end. The server sees the caller leave. */
export function cutting(
  server: () => Transport,
  after: (nth: number) => number | undefined,
  onCut = (_: number) => {},
  via: Via = () => {},
): Cuts {
  const seen: Headers[] = [];
  const transport: Transport = {
    unary: (...args) => server().unary(...args),
    async stream(method, signal, timeoutMs, header, input, values) {
      const nth = seen.length;
      const limit = after(nth);
      seen.push(new Headers(header));
      const connection = new AbortController();
      const leave = () => connection.abort(signal?.reason);
      if (signal?.aborted) leave();
      signal?.addEventListener("abort", leave, { once: true });
      const cut = () => {
        connection.abort();
        onCut(nth);
        return withOrigin(failure(Reason.CONNECTION_LOST, "the connection broke"), "broken-after-headers");
      };
      const context = values ?? createContextValues();
      via(nth, context);
      const res = await server().stream(method, connection.signal, timeoutMs, header, input, context);
      async function* messages() {
        let count = 0;
        if (limit === 0) throw cut();
        for await (const message of res.message) {
          yield message;
          if (++count === limit) throw cut();
        }
        signal?.removeEventListener("abort", leave);
      }
      return { ...res, message: messages() } as StreamResponse as never;
    },
  };
  return { seen, transport };
}

export const StreamPlan = ClaudeService.method.streamPlan;

/** A message of a counting stream. */
export const numbered = (n: number) => ({ event: { attempt: 1, body: { case: "textDelta" as const, value: `${n}` } } });

export const numberOf = ({ event }: StreamPlanResponse) => Number(event?.body.value);

export const upTo = (n: number) => Array.from({ length: n }, (_, at) => at + 1);
