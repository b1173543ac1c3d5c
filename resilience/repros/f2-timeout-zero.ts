// F2: a `timeoutMs` of 0 or less is no deadline at all: a budget that is used up becomes an endless one.
import { createClient } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import { systemClock } from "#core/clock.ts";
import { CodexService } from "#gen/synapse/v1/codex_pb.ts";
import { createResilientClient } from "../resilient-client.ts";
import { loopback } from "../testing/loopback.ts";

const seen: (string | null)[] = [];
await using server = await loopback((router) =>
  router.service(CodexService, {
    execute(_, { signal, requestHeader }) {
      seen.push(requestHeader.get("connect-timeout-ms"));
      return new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    },
  }),
);
const transport = (baseUrl: string) => createConnectTransport({ baseUrl, httpVersion: "2", defaultTimeoutMs: 1000 });

const plain = createClient(CodexService, transport(server.url));
for (const timeoutMs of [0, -5]) {
  const caller = new AbortController();
  const call = plain.execute({}, { timeoutMs, signal: caller.signal }).catch(() => "over");
  const state = await Promise.race([call, systemClock.sleep(300).then(() => "not over")]);
  console.log(`plain: with timeoutMs ${timeoutMs} the server is told ${seen.pop()}; after 300 ms the call is ${state}`);
  caller.abort();
}

const client = createResilientClient(CodexService, { endpoints: server.url, transport });
for (const timeoutMs of [0, -5]) {
  const began = systemClock.now();
  const words = await client.execute({}, { timeoutMs }).catch(({ message }: Error) => message);
  const isAtOnce = systemClock.now() - began < 100;
  console.log(`resilience: with timeoutMs ${timeoutMs}: ${words}; at once: ${isAtOnce}; sent: ${seen.length}`);
}
await client.close();
