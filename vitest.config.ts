// How tests run: each file on its own, on the pinned Node, without type stripping surprises.
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
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
