// The contract as foreign clients see it: curl, nghttp, buf, connect-web, grpc-js and grpcio against both servers.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: ["own", "stock"].map((rpc) => ({
      test: {
        name: rpc,
        include: ["test/foreign/**/*.test.ts"],
        env: { SYNAPSE_RPC: rpc },
        testTimeout: 60_000,
        hookTimeout: 60_000,
      },
    })),
  },
});
