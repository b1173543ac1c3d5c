// The contract as foreign clients see it: curl, buf, grpc-js and grpcio against real processes.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { include: ["test/foreign/**/*.test.ts"], testTimeout: 60_000, hookTimeout: 60_000 },
});
