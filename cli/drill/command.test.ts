import { afterAll, describe, expect, it } from "vitest";
import { folder, synapse } from "../testing/command.ts";

const place = folder();
afterAll(() => place.remove());
const command = (...args: string[]) => synapse(args, { cwd: place.path });

describe("synapse drill", () => {
  it("passes on what it is told, and the drill's exit code", async () => {
    const { code, stderr, stdout } = await command("drill", "--quick", "--only", "rain");
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/--only takes kill, freeze, .*; rain is none/);
  });

  it("has a help that names its options", async () => {
    const { code, stdout } = await command("drill", "--help");
    expect(code).toBe(0);
    for (const option of ["--quick", "--only", "--seconds", "--rate", "--seed", "--bare", "--json"])
      expect(stdout).toContain(option);
  });
});
