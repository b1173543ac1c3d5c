// A served Connect router over a real socket, for tests of what happens on the wire.
import type { ConnectRouter } from "@connectrpc/connect";
import type { Interceptor } from "#core/call.ts";
import type { Rpc } from "./client.ts";
import { type ListenOptions, listen, type NodeHandler } from "./listen.ts";
import { type ServerOptions, server } from "./server.ts";

export interface TestServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
}

export type TestServerOptions = Partial<ListenOptions> & Pick<ServerOptions, "readMaxBytes"> & { rpc?: Rpc };

/** Listens on a free loopback port; everything is cut when it is disposed of. */
export async function serveForTest(
  routes: (router: ConnectRouter) => void,
  interceptors: Interceptor[] = [],
  wrap: (handler: NodeHandler) => NodeHandler = (handler) => handler,
  { rpc = "own", readMaxBytes, ...options }: TestServerOptions = {},
): Promise<TestServer> {
  const { handler, streams } = server({
    rpc,
    agent: "test",
    routes,
    interceptors,
    fallback(_, res) {
      res.statusCode = 404;
      res.end();
    },
    log: () => {},
    ...(readMaxBytes === undefined ? {} : { readMaxBytes }),
    ...(options.requestTimeoutMs === undefined ? {} : { requestTimeoutMs: options.requestTimeoutMs }),
    ...(options.clock === undefined ? {} : { clock: options.clock }),
  });
  const listener = await listen({ host: "127.0.0.1", port: 0, handler: wrap(handler), streams, ...options });
  return {
    url: `http://127.0.0.1:${listener.port}`,
    port: listener.port,
    async [Symbol.asyncDispose]() {
      const gone = listener.drain();
      listener.destroy();
      await gone;
    },
  };
}
