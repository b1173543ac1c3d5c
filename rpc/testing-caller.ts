// Calls a peer that says GOAWAY after each answer, 300 times; exits 0 when nothing ended the process.
import { createClient } from "@connectrpc/connect";
import { Health } from "#gen/grpc/health/v1/health_pb.ts";
import { clientTransport } from "./client.ts";

const client = createClient(Health, clientTransport({ baseUrl: process.argv[2]!, agent: "peer", timeoutMs: 2000 }));
for (let call = 0; call < 300; call++) {
  await client.check({}).catch(() => {});
  await new Promise((resolve) => setImmediate(resolve));
}
process.exit(0);
