// `synapse run` as a script meets it: exit codes, pure output, files, and events that come once.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { folder, synapse } from "./testing/command.ts";
import { type FakeGateway, fakeGateway, type Script } from "./testing/fake-gateway.ts";
import { notPassing, passing, refusing } from "./testing/scripts.ts";

const hostileText = "\x1b]0;owned\x07\x1b[2Jfirst\r\x1b[31msecond\u202e\n";
const hostile: Script = {
  events: passing.events.map((entry) =>
    Array.isArray(entry) && entry[1].case === "stepCompleted"
      ? [entry[0], { case: "stepCompleted", value: { summary: hostileText } }]
      : entry,
  ),
  artifacts: {
    "output.txt": hostileText,
    "files/ok.txt": "ok",
    "files/../../evil": "no",
    "files//etc/evil": "no",
    "files/a\x1b[31m": "no",
  },
};
const scripts: Record<string, Script> = {
  pass: passing,
  fail: notPassing,
  refuse: refusing,
  hostile,
  cut: { ...passing, cutAfter: 4n },
};

describe("synapse run", () => {
  let place: ReturnType<typeof folder>;
  let gateway: FakeGateway;
  beforeAll(async () => {
    gateway = await fakeGateway((task) => scripts[task] ?? passing);
  });
  afterAll(() => gateway.close());
  beforeEach(() => {
    place = folder();
  });
  afterEach(() => place.remove());
  const run = (args: string[], stdin?: string) =>
    synapse(["run", ...args], { cwd: place.path, gateway: gateway.url, ...(stdin === undefined ? {} : { stdin }) });

  it.each([
    ["pass", 0, "PASSED 4 of 4 tests"],
    ["fail", 1, "NOT PASSED 3 of 4 tests"],
  ])("ends a run that does %s with %i", async (task, code, first) => {
    const ended = await run([task]);
    expect(ended).toMatchObject({ code });
    expect(ended.stdout.split("\n")[0]).toContain(first);
  });

  it("ends with 4 and the engine's words, ways out included, when it can't do the task", async () => {
    const ended = await run(["refuse"]);
    expect(ended).toMatchObject({ code: 4, stdout: "" });
    expect(ended.stderr).toContain("builtin has no recipe\n  export ANTHROPIC_API_KEY=…\n");
  });

  it("writes the files, shows the output, and puts progress on stderr only, without escape codes", async () => {
    const { stdout, stderr } = await run(["pass"]);
    const [id] = readdirSync(join(place.path, "synapse-runs"));
    const dir = `synapse-runs/${id}`;
    expect(stdout).toBe(
      `PASSED 4 of 4 tests\n\n1\n2\n3\n\nfile     ${dir}/main.mjs\nrun it   cd ${dir} && node main.mjs\n`,
    );
    expect(readFileSync(join(place.path, dir, "main.mjs"), "utf8")).toBe("console.log(1);\n");
    expect(stderr).toContain("plan        completed  claude builtin:recipes  a program that counts");
    expect(stdout + stderr).not.toContain("\x1b");
  });

  it("writes one JSON document for json", async () => {
    const { stdout, code } = await run(["--output", "json", "pass", "--out", "here"]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      run: { state: "RUN_STATE_COMPLETED", outcome: "OUTCOME_PASSED" },
      artifacts: [{ name: "files/main.mjs" }, { name: "output.txt" }],
      directory: "here",
    });
    expect(existsSync(join(place.path, "here/main.mjs"))).toBe(true);
  });

  it("writes one event a line for jsonl, each once although the gateway was cut off", async () => {
    const { stdout, stderr, code } = await run(["--output", "jsonl", "cut"]);
    const lines = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(code).toBe(0);
    expect(lines.slice(0, -1).map(({ seq }) => seq)).toEqual(["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"]);
    expect(lines.at(-1)).toMatchObject({ run: { outcome: "OUTCOME_PASSED" } });
    expect(stderr).toContain("trying again");
  });

  it("obeys nothing that a program or a model wrote", async () => {
    const text = await run(["hostile"]);
    expect(text.stdout + text.stderr).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]/);
    expect(text.stdout).toContain("first\nsecond\n");
    const lines = await run(["--output", "jsonl", "hostile"]);
    expect(lines.stdout).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]/);
    const summaries = lines.stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line).stepCompleted?.summary);
    expect(summaries).toContain(hostileText);
  });

  it("refuses paths that leave the folder, and says so", async () => {
    const { stdout } = await run(["hostile", "--out", "deep/out"]);
    expect(stdout).toContain("refused  ../../evil: it would leave the folder");
    expect(readdirSync(join(place.path, "deep/out"))).toEqual(["ok.txt"]);
    expect(readdirSync(place.path)).toEqual(["deep"]);
  });

  it("takes the task from stdin and files from this folder", async () => {
    writeFileSync(join(place.path, "data.csv"), "a,b\n");
    const { code } = await run(["-", "--file", "data.csv"], "sum it\n");
    expect(code).toBe(0);
    expect(gateway.created.at(-1)?.request).toMatchObject({
      task: "sum it",
      files: [{ path: "data.csv", content: "a,b\n" }],
    });
  });

  it("gives every run a key of its own, so that a repeated call makes no second run", async () => {
    await run(["pass"]);
    await run(["pass"]);
    const keys = gateway.created.slice(-2).map(({ key }) => key);
    for (const key of keys) expect(key).toMatch(/^[\da-f]{8}-[\da-f]{4}-7/);
    expect(new Set(keys).size).toBe(2);
  });

  it("prints the id alone when it is detached", async () => {
    const { stdout, code } = await run(["-d", "pass"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^[\da-f-]{36}\n$/);
  });
});
