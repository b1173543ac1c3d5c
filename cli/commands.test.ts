// The commands that look at runs: tables for people, documents for programs, bytes as they are.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { folder, synapse } from "./testing/command.ts";
import { type FakeGateway, fakeGateway } from "./testing/fake-gateway.ts";
import { costly, endless, notPassing, passing, refusing } from "./testing/scripts.ts";

const bytes = "\x1b[31mred\x1b[0m\n";

describe("commands", () => {
  const place = folder();
  let gateway: FakeGateway;
  const ids: string[] = [];
  const command = (...args: string[]) => synapse(args, { cwd: place.path, gateway: gateway.url });
  beforeAll(async () => {
    gateway = await fakeGateway((task) => {
      if (task.startsWith("refuse")) return refusing;
      if (task.startsWith("spend")) return costly;
      if (task.startsWith("go on")) return endless;
      return task.startsWith("fail")
        ? notPassing
        : { ...passing, artifacts: { ...passing.artifacts, "log.txt": bytes } };
    });
    for (const task of ["pass", "fail", "refuse", "go on", "pass\x1b[31m again\nand again"]) {
      const { stdout } = await command("run", "-d", task);
      ids.push(stdout.trim());
    }
  });
  afterAll(async () => {
    await gateway.close();
    place.remove();
  });

  it("runs: a line each, newest first, tasks on one line", async () => {
    const { stdout, code } = await command("runs");
    expect(code).toBe(0);
    const short = ids.map((id) => id.slice(-12));
    expect(stdout.split("\n")).toEqual([
      expect.stringMatching(/^RUN +STATE +OUTCOME +AGE +TASK$/),
      expect.stringMatching(new RegExp(`^${short[4]} +completed +PASSED +\\d+s +pass again and again$`)),
      expect.stringMatching(new RegExp(`^${short[3]} +running +\\d+s +go on$`)),
      expect.stringMatching(new RegExp(`^${short[2]} +failed +\\d+s +refuse$`)),
      expect.stringMatching(new RegExp(`^${short[1]} +completed +NOT PASSED +\\d+s +fail$`)),
      expect.stringMatching(new RegExp(`^${short[0]} +completed +PASSED +\\d+s +pass$`)),
      "",
    ]);
  });

  it("runs: only a state, at most so many, as documents", async () => {
    const completed = JSON.parse((await command("runs", "--state", "completed", "--output", "json")).stdout);
    expect(completed.runs.map(({ runId }: { runId: string }) => runId)).toEqual([ids[4], ids[1], ids[0]]);
    const lines = (await command("runs", "-n", "2", "--output", "jsonl")).stdout.trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line).runId)).toEqual([ids[4], ids[3]]);
  });

  it("show --usage: what a run cost, as a table and as a document", async () => {
    const line = "about 13,000 tokens in, 450 out, about $0.0129 (wasted: about 300 tokens in, 0 out, about $0.00060)";
    expect((await command("run", "spend")).stdout).toContain(`usage    ${line}\n`);
    const { stdout, code } = await command("show", "latest", "--usage");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^plan +1 +anthropic:large +api key +~300 .* ~\$0\.00060 {2}wasted: dependency$/m);
    expect(stdout).toMatch(/^plan +1 +openai:small +api key +12,000 +700 .* \$0\.0123$/m);
    const bill = JSON.parse((await command("show", "latest", "--usage", "--output", "json")).stdout);
    expect(bill).toMatchObject({
      total: { inputTokens: "12300", costNanoUsd: "12900000", costProvenance: "PROVENANCE_ESTIMATED" },
      wasted: { inputTokens: "300" },
      lines: [{ discarded: true, reason: "REASON_DEPENDENCY" }, { engine: "openai:small" }],
    });
  });

  it("show: a run by the end of its id, with its steps, outcome and artifacts", async () => {
    const { stdout, code } = await command("show", ids[1]!.slice(-12));
    expect(code).toBe(0);
    expect(stdout).toContain(`run      ${ids[1]}`);
    expect(stdout).toMatch(/✔ {2}plan +claude +builtin:recipes +0\.\ds {2}a program that counts/);
    expect(stdout).toContain("NOT PASSED 1 of 4 tests failed");
    expect(stdout).toMatch(/files\/main\.mjs +16 B +text\/plain/);
  });

  it("show: the words of a failure in full", async () => {
    const { stdout } = await command("show", ids[2]!);
    expect(stdout).toContain("FAILED engine cannot: builtin has no recipe\n  export ANTHROPIC_API_KEY=…");
  });

  it("watch: replays an ended run and ends as it did", async () => {
    const { stdout, stderr, code } = await command("watch", ids[1]!);
    expect(code).toBe(1);
    expect(stdout).toContain("NOT PASSED 3 of 4 tests");
    expect(stderr).toContain("execute     completed");
    const after = await command("watch", ids[1]!, "--after", "8", "--output", "jsonl");
    const seqs = after.stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line).seq);
    expect(seqs).toEqual(["9", "10", undefined]);
  });

  it("artifacts: lists them, prints one as it is, writes all of them", async () => {
    expect((await command("artifacts", ids[0]!)).stdout).toMatch(/^files\/main\.mjs +16 B +text\/plain\n/);
    expect((await command("artifacts", ids[0]!, "log.txt")).stdout).toBe(bytes);
    expect(await command("artifacts", ids[0]!, "--out", "all")).toMatchObject({ code: 0 });
    expect(readdirSync(join(place.path, "all")).sort()).toEqual(["files", "log.txt", "output.txt"]);
    expect(readFileSync(join(place.path, "all/log.txt"), "utf8")).toBe(bytes);
  });

  it("artifacts: one that is not there is an error", async () => {
    const { stdout, stderr, code } = await command("artifacts", ids[0]!, "nothing");
    expect({ stdout, code }).toEqual({ stdout: "", code: 1 });
    expect(stderr).toContain("has no artifact nothing");
  });

  it("cancel: ends a run, and leaves one that has ended as it is", async () => {
    const [going = "", passed = ""] = [ids[3], ids[0]];
    expect((await command("cancel", going)).stdout).toBe(`run ${going.slice(-12)} is canceled\n`);
    expect((await command("cancel", passed)).stdout).toBe(`run ${passed.slice(-12)} is already completed\n`);
  });
});
