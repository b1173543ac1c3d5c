// The contract as a real browser sees it: Debian's Chromium, a page on another origin.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { include: ["test/browser/**/*.test.ts"], testTimeout: 60_000, hookTimeout: 90_000 },
});
