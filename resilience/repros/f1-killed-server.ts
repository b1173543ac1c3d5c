// F1: a server that is killed gives the same code as a caller who leaves, so a retry that goes by codes does nothing.
import { fork } from "node:child_process";
import { once } from "node:events";
import { Code, ConnectError, createClient, type Interceptor } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import { CodexService } from "#gen/synapse/v1/codex_pb.ts";
import { classify } from "../call/classify.ts";
import { createResilientClient } from "../resilient-client.ts";
import { loopback } from "../testing/loopback.ts";

const transport = (baseUrl: string, interceptors: Interceptor[] = []) =>
  createConnectTransport({ baseUrl, httpVersion: "2", interceptors });
const never = new AbortController().signal;

async function victim() {
  const child = fork(new URL("./victim.ts", import.meta.url));
  const [url] = (await once(child, "message")) as [string];
  return {
    url,
    /** Kills it when it has a call. */
    async killed() {
      await once(child, "message");
      child.kill("SIGKILL");
    },
  };
}

/** What one finds in many projects. */
let attempts = 0;
const plainRetry: Interceptor = (next) => async (req) => {
  for (;;) {
    attempts++;
    try {
      return await next(req);
    } catch (error) {
      const { code } = ConnectError.from(error);
      if (attempts >= 3 || (code !== Code.Unavailable && code !== Code.DeadlineExceeded)) throw error;
    }
  }
};

const first = await victim();
const plain = createClient(CodexService, transport(first.url, [plainRetry]));
const broken = plain.execute({}).catch((error: unknown) => ConnectError.from(error));
await first.killed();
const killed = (await broken) as ConnectError;
console.log(`plain: the killed server is "${killed.message}" after ${attempts} attempt`);

const gone = AbortSignal.abort();
const leaving = createClient(CodexService, transport(first.url)).execute({}, { signal: gone });
const left = (await leaving.catch((error: unknown) => ConnectError.from(error))) as ConnectError;
console.log(`plain: a caller who left is  "${left.message}"`);
console.log(`resilience: the first is ${classify(killed, never).class}, the second ${classify(left, gone).class}`);

const second = await victim();
await using healthy = await loopback((router) => router.service(CodexService, { execute: () => ({}) }));
const client = createResilientClient(CodexService, {
  endpoints: [{ url: second.url }, { url: healthy.url }],
  transport,
  config: { strategy: "round-robin" },
});
// One for each of them.
const both = Promise.all([client.execute({}), client.execute({})]);
await second.killed();
await both;
const { calls, retries } = client.getMetrics();
console.log(`resilience: of 2 calls ${calls.ok} are answered, by ${retries} retry elsewhere`);
await client.close();
