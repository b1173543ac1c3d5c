// F7: to break out of a stream does not end it: the server works on, and a listener stays on the caller's signal.
import { getEventListeners } from "node:events";
import { createClient } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import { systemClock } from "#core/clock.ts";
import { CodexService } from "#gen/synapse/v1/codex_pb.ts";
import { createResilientClient } from "../resilient-client.ts";
import { loopback } from "../testing/loopback.ts";

/** How many messages are being made for somebody. */
let working = 0;
await using server = await loopback((router) =>
  router.service(CodexService, {
    async *streamExecute(_, { signal }) {
      working++;
      try {
        for (let n = 0; n < 1000 && !signal.aborted; n++) {
          yield { event: { body: { case: "textDelta", value: String(n) } } };
          await systemClock.sleep(10);
        }
      } finally {
        working--;
      }
    },
  }),
);
const transport = (baseUrl: string) => createConnectTransport({ baseUrl, httpVersion: "2" });

async function left(client: Pick<ReturnType<typeof plainClient>, "streamExecute">): Promise<string> {
  const caller = new AbortController();
  for await (const _ of client.streamExecute({}, { signal: caller.signal })) break;
  await systemClock.sleep(200);
  const state = `the server works on ${working} streams, listeners: ${getEventListeners(caller.signal, "abort").length}`;
  caller.abort();
  return state;
}

const plainClient = () => createClient(CodexService, transport(server.url));
console.log(`plain: 200 ms after the break ${await left(plainClient())}`);
while (working > 0) await systemClock.sleep(10);

const client = createResilientClient(CodexService, { endpoints: server.url, transport });
console.log(`resilience: 200 ms after the break ${await left(client)}`);
await client.close();
