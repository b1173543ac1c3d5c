// A served Connect router over a real socket, for tests of what happens on the wire.
import type { ConnectRouter } from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import type { Interceptor } from "#core/call.ts";
import { type ListenOptions, listen, type NodeHandler } from "./listen.ts";

export interface TestServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
}

/** Listens on a free loopback port; everything is cut when it is disposed of. */
export async function serveForTest(
  routes: (router: ConnectRouter) => void,
  interceptors: Interceptor[] = [],
  wrap: (handler: NodeHandler) => NodeHandler = (handler) => handler,
  options: Partial<ListenOptions> = {},
): Promise<TestServer> {
  const handler = wrap(connectNodeAdapter({ routes, interceptors }) as NodeHandler);
  const listener = await listen({ host: "127.0.0.1", port: 0, handler, ...options });
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
