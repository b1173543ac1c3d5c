// A server of a test, which notes what became of every call it was given.
import type { HandlerContext } from "@connectrpc/connect";
import { Health } from "#gen/grpc/health/v1/health_pb.ts";
import { deadline } from "#rpc/deadline.ts";
import { serveForTest, type TestServer, type TestServerOptions } from "#rpc/testing.ts";
import { ended } from "./outcome.ts";

export interface Served extends TestServer {
  /** How many calls reached the handler. */
  readonly begun: number;
  /** Why the signals of those that were ended from outside aborted, such as "Canceled CANCELED none". */
  readonly aborts: readonly string[];
  /** How many handlers ran to their end, whatever it was. */
  readonly finished: number;
}

/**
 * Health as its request's service says: "" is answered, "hold" waits for the signal,
 * "talk" streams one message and then waits, "endless" streams for ever.
 */
export async function served(options: TestServerOptions = {}): Promise<Served> {
  const aborts: string[] = [];
  let begun = 0;
  let finished = 0;
  const begin = ({ signal }: HandlerContext) => {
    begun++;
    signal.addEventListener("abort", () => aborts.push(ended(signal.reason)), { once: true });
  };
  const server = await serveForTest(
    (router) =>
      router.service(Health, {
        async check({ service }, context) {
          begin(context);
          try {
            if (service === "hold") await aborted(context.signal);
            return { status: 1 };
          } finally {
            finished++;
          }
        },
        async *watch({ service }, context) {
          begin(context);
          try {
            if (service === "hold") await aborted(context.signal);
            yield { status: 1 };
            if (service === "talk") await aborted(context.signal);
            while (service === "endless") {
              yield { status: 1 };
              await new Promise((resolve) => setImmediate(resolve));
            }
          } finally {
            finished++;
          }
        },
      }),
    [deadline()],
    undefined,
    options,
  );
  return {
    url: server.url,
    port: server.port,
    aborts,
    get begun() {
      return begun;
    },
    get finished() {
      return finished;
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
