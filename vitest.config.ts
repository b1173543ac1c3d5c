// How tests run: on the pinned Node, files after each other in workers that stay, what they start compiled once.
import { availableParallelism } from "node:os";
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
    // A worker for each file would load everything anew, which takes longer than most tests. No file leaves anything behind.
    isolate: false,
    // Some tests wait for other processes: one worker more than cores keeps these busy.
    maxWorkers: availableParallelism() + 1,
    // As the script `synapse` sets it, for the processes that tests start.
    env: { NODE_COMPILE_CACHE: fileURLToPath(new URL("node_modules/.cache/synapse", import.meta.url)) },
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
