// How the mutation check runs tests: those beside the code of one group, with few random cases, for every mutant anew.
import { defineConfig } from "vitest/config";
import { groups, testsOf } from "./groups.ts";

export default defineConfig({
  test: {
    include: testsOf(groups[process.env.MUTATED ?? ""] ?? []),
    env: { SEEDS: "50" },
    testTimeout: 30_000,
  },
});
