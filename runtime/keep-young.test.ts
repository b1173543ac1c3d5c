import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";

it("tells V8 something it knows: what it does not know it leaves without a word", () => {
  expect(execFileSync(process.execPath, ["--v8-options"], { encoding: "utf8" })).toContain(
    "--allocation-site-pretenuring",
  );
});
