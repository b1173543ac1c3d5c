// F6: a call of a stream succeeds with its headers; that it failed is only seen by who reads it.
import { Code, ConnectError, createClient, type Interceptor } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import { CodexService } from "#gen/synapse/v1/codex_pb.ts";
import { createResilientClient } from "../resilient-client.ts";
import { loopback } from "../testing/loopback.ts";

await using server = await loopback((router) =>
  router.service(CodexService, {
    async *streamExecute(_, { responseHeader }) {
      responseHeader.set("began", "true");
      yield* [];
      throw new ConnectError("overloaded", Code.Unavailable);
    },
  }),
);
const transport = (baseUrl: string, interceptors: Interceptor[] = []) =>
  createConnectTransport({ baseUrl, httpVersion: "2", interceptors });

const counted = { ok: 0, failed: 0 };
const counting: Interceptor = (next) => async (req) => {
  try {
    const res = await next(req);
    counted.ok++;
    return res;
  } catch (error) {
    counted.failed++;
    throw error;
  }
};
const plain = createClient(CodexService, transport(server.url, [counting]));
for (let n = 0; n < 3; n++) await Array.fromAsync(plain.streamExecute({})).catch(() => {});
console.log(`plain: of 3 streams that failed an interceptor counts ${counted.ok} as good, ${counted.failed} as failed`);

const config = { defaults: { retry: false as const } };
const client = createResilientClient(CodexService, { endpoints: server.url, transport, config });
for (let n = 0; n < 3; n++) await Array.fromAsync(client.streamExecute({})).catch(() => {});
const { calls, pool } = client.getMetrics();
const { kind } = pool.endpoints[0]!.services[CodexService.typeName]!.breaker!;
console.log(`resilience: it counts ${calls.ok} as good, ${calls.failed} as failed; the breaker is ${kind}`);
await client.close();
