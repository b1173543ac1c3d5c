// F4: a second next(req) sends the deadline of the first: the server believes in time that its caller no longer has.
import { Code, ConnectError, createClient, type Interceptor } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import { systemClock } from "#core/clock.ts";
import { CodexService } from "#gen/synapse/v1/codex_pb.ts";
import { createResilientClient } from "../resilient-client.ts";
import { loopback } from "../testing/loopback.ts";

let told: number[] = [];
await using server = await loopback((router) =>
  router.service(CodexService, {
    async execute(_, { requestHeader }) {
      told.push(Number(requestHeader.get("connect-timeout-ms")));
      if (told.length > 1) return {};
      await systemClock.sleep(300);
      throw new ConnectError("restarting", Code.Unavailable);
    },
  }),
);
const transport = (baseUrl: string, interceptors: Interceptor[] = []) =>
  createConnectTransport({ baseUrl, httpVersion: "2", interceptors });

const again: Interceptor = (next) => (req) => next(req).catch(() => next(req));
await createClient(CodexService, transport(server.url, [again])).execute({}, { timeoutMs: 1000 });
console.log(`plain: after 300 ms of 1000 the server is told ${told.join(", then ")} ms`);

told = [];
const client = createResilientClient(CodexService, { endpoints: server.url, transport });
await client.execute({}, { timeoutMs: 1000 });
const [first = 0, second = 0] = told;
console.log(`resilience: it is told what is left: ${first <= 1000 && second <= 700}`);
await client.close();
