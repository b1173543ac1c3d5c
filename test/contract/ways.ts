// A call in each of the four ways, as one function each, and handlers that give back what they get.
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { CallOptions, HandlerContext } from "@connectrpc/connect";
import type { Ping, PingSchema } from "./echo.ts";
import { type EchoImpl, from, ping, type Spoken } from "./pairs.ts";

/** Asks with one message and gives what was answered. */
export type Way = (
  echo: Spoken["echo"],
  asked: MessageInitShape<typeof PingSchema>,
  options?: CallOptions,
) => Promise<Ping[]>;

export const ways: [string, Way][] = [
  ["unary", async (echo, asked, options) => [await echo.unary(asked, options)]],
  ["server streaming", (echo, asked, options) => gathered(echo.serverStream(asked, options))],
  ["client streaming", async (echo, asked, options) => [await echo.clientStream(from(ping(asked)), options)]],
  ["bidi", (echo, asked, options) => gathered(echo.bidi(from(ping(asked)), options))],
];

/** Gives back what it gets, after doing this with it. */
export function doing(first: (asked: Ping, context: HandlerContext) => unknown): EchoImpl {
  const unary = async (req: Ping, context: HandlerContext) => {
    await first(req, context);
    return req;
  };
  return {
    unary,
    look: unary,
    async *serverStream(req, context) {
      await first(req, context);
      yield req;
    },
    async clientStream(requests, context) {
      let last = ping();
      for await (const each of requests) {
        await first(each, context);
        last = each;
      }
      return last;
    },
    async *bidi(requests, context) {
      for await (const each of requests) {
        await first(each, context);
        yield each;
      }
    },
  };
}

/** Gives back what it gets. */
export const mirror = doing(() => {});

/** All there is to read; `into` has what came before an error. */
export async function gathered<T>(stream: AsyncIterable<T>, into: T[] = []): Promise<T[]> {
  for await (const each of stream) into.push(each);
  return into;
}
