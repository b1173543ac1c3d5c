// F5: a second next(req) of a server stream has no request any more: its messages were read by the first.
import { Code, ConnectError, createClient, type Interceptor } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import { CodexService } from "#gen/synapse/v1/codex_pb.ts";
import { createResilientClient } from "../resilient-client.ts";
import { loopback } from "../testing/loopback.ts";

let asked = 0;
await using server = await loopback((router) =>
  router.service(CodexService, {
    async *streamExecute() {
      asked++;
      if (asked === 1) throw new ConnectError("restarting", Code.Unavailable);
      for (const value of ["a", "b", "c"]) yield { event: { body: { case: "textDelta", value } } };
    },
  }),
);
const transport = (baseUrl: string, interceptors: Interceptor[] = []) =>
  createConnectTransport({ baseUrl, httpVersion: "2", interceptors });

/** Even one that knows that a stream fails in its reading (F6). */
const again: Interceptor = (next) => async (req) => {
  const res = await next(req);
  if (!res.stream) return res;
  async function* message() {
    try {
      if (res.stream) yield* res.message;
    } catch {
      const second = await next(req);
      if (second.stream) yield* second.message;
    }
  }
  return { ...res, message: message() };
};
const plain = createClient(CodexService, transport(server.url, [again]));
const words = await Array.fromAsync(plain.streamExecute({})).catch(({ message }: Error) => message);
console.log(`plain: the second try is "${words}"`);

asked = 0;
const client = createResilientClient(CodexService, { endpoints: server.url, transport });
const messages = await Array.fromAsync(client.streamExecute({}), ({ event }) => event?.body.value);
console.log(`resilience: the second try is ${messages.join(", ")}`);
await client.close();
