// Real processes, really killed. MOMENTS says how many random moments of a run are tried for each process.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { include: ["test/chaos/**/*.test.ts"], testTimeout: 600_000, hookTimeout: 60_000, fileParallelism: false },
});
