// A process that calls and has nothing else to do: arguments are address, protocol, kind and how many calls.

import { connections } from "#rpc/client/connections.ts";
import { clientTransport } from "#rpc/client.ts";
import { outcome } from "../truth/outcome.ts";

const [baseUrl = "", protocol, kind, times = "1"] = process.argv.slice(2);
const transport = clientTransport({
  baseUrl,
  agent: "peer",
  protocol: protocol === "grpc" ? "grpc" : "connect",
  timeoutMs: 5000,
  connections: connections({ pingIntervalMs: 20, pingTimeoutMs: 1000, pingIdle: true }),
});
let end = "";
for (let call = 0; call < Number(times); call++) {
  ({ end } = await outcome(transport, kind === "stream" ? "stream" : "unary"));
  await new Promise((resolve) => setImmediate(resolve));
}
// The channel to the parent would keep the process alive: it is closed when the parent has been told.
process.send?.({ ended: end }, () => process.disconnect());
