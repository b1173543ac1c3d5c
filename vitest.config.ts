// How tests run: each file on its own, on the pinned Node; what they start is compiled once.
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["**/*.test.ts"],
    exclude: [
      "**/node_modules/**",
      "test/tools/**",
      ".stryker-tmp/**",
      "test/browser/**",
      "test/chaos/**",
      "test/foreign/**",
    ],
    // By default one core is left idle: on two that would double the time.
    maxWorkers: "100%",
    // As the script `synapse` sets it, for the processes that tests start.
    env: { NODE_COMPILE_CACHE: fileURLToPath(new URL("node_modules/.cache/synapse", import.meta.url)) },
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
